import { markColours } from "./style";

const cell = { width: "8px", height: "10px", fontSize: "1px", lineHeight: "1px", borderRadius: "1px" };

/** Renders our mark: a workshop's tall window, its upper half lit. It is made of table cells, because a client would have to download a picture. */
export function Mark() {
  return (
    <table
      role="presentation"
      cellPadding="0"
      cellSpacing="2"
      className="mark-frame"
      bgcolor={markColours.frame}
      style={{ backgroundColor: markColours.frame, borderRadius: "4px", borderCollapse: "separate" }}
    >
      <tbody>
        <tr>
          <Pane />
          <Pane />
        </tr>
        <tr>
          <td style={cell}>&nbsp;</td>
          <Pane />
        </tr>
      </tbody>
    </table>
  );
}

function Pane() {
  return (
    <td className="mark-pane" style={{ ...cell, backgroundColor: markColours.pane }}>
      &nbsp;
    </td>
  );
}

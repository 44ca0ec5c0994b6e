// Finds the place of a sabotage: in TypeScript by name and by syntax, elsewhere by text, and always independent of the layout.
import ts from "typescript";

/**
 * Returns the file's text with the sabotage applied. See sabotages.mjs for the fields of a sabotage.
 *
 * @throws a message when the code has changed, so that there is not exactly one place for it
 */
export function sabotaged(text, sabotage) {
  const [start, end, replacement] = editOf(text, sabotage);
  return text.slice(0, start) + replacement + text.slice(end);
}

function editOf(text, { file, in: name, find, replace, drop, allow, skip }) {
  const source = /\.tsx?$/.test(file) ? ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) : undefined;
  const scope = name === undefined ? source : declarationOf(source, name, file);
  const where = name === undefined ? file : `${name} of ${file}`;
  if (drop !== undefined) return dropped(text, source, only(nodesLike(scope, drop), `${drop} in ${where}`));
  if (allow !== undefined) {
    const refusal = only(nodesLike(scope, `throw refuse("${allow}")`), `refusal "${allow}" in ${where}`);
    return dropped(text, source, conditionOf(refusal));
  }
  if (skip !== undefined) {
    const isCall = (node) => ts.isCallExpression(node) && isLike(node.expression.getText(), skip);
    return dropped(text, source, only(nodesIn(scope, isCall), `call of ${skip} in ${where}`));
  }
  const [from, to] = scope === undefined ? [0, text.length] : [scope.getStart(), scope.getEnd()];
  const pattern = typeof find === "string" ? patternOf(find) : find;
  const matches = [...text.slice(from, to).matchAll(new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`))];
  const [match] = matches;
  if (matches.length !== 1) throw new Error(`${matches.length} places instead of one for ${find} in ${where}`);
  const start = from + match.index;
  const changed = typeof find === "string" ? replace : match[0].replace(pattern, replace);
  return [start, start + match[0].length, changed];
}

/** Returns the only function, method, procedure or variable with this name. */
function declarationOf(source, name, file) {
  const declares = (node) =>
    (ts.isFunctionDeclaration(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isPropertyAssignment(node)) &&
    node.name.getText() === name;
  const all = nodesIn(source, declares);
  const outermost = all.filter((node) => !all.some((other) => other !== node && contains(other, node)));
  // A procedure can have the name of a field, and a query that of a variable.
  const isWork = (node) =>
    ts.isFunctionLike(node) || nodesIn(node.initializer, (part) => ts.isArrowFunction(part)).length > 0;
  const working = outermost.filter(isWork);
  return only(working.length > 0 ? working : outermost, `${name} in ${file}`);
}

const contains = (outer, inner) => outer.pos <= inner.pos && inner.end <= outer.end;

/** Returns the nodes of the scope with this text, independent of their layout; of nested ones only the outermost. */
function nodesLike(scope, text) {
  const found = nodesIn(scope, (node) => isLike(node.getText(), text));
  return found.filter((node) => !found.some((other) => other !== node && contains(other, node)));
}

/** Returns all nodes of the scope, including itself, for which this is true. */
function nodesIn(scope, isWanted) {
  const found = [];
  const visit = (node) => {
    if (isWanted(node)) found.push(node);
    node.forEachChild(visit);
  };
  if (scope !== undefined) visit(scope);
  return found;
}

function only(nodes, what) {
  if (nodes.length !== 1) throw new Error(`${nodes.length} places instead of one for ${what}`);
  return nodes[0];
}

/** Returns the `if` that guards only this statement, or the statement itself. */
function conditionOf(statement) {
  const { parent } = statement;
  const guard = ts.isBlock(parent) ? parent.parent : parent;
  return ts.isIfStatement(guard) && guard.elseStatement === undefined ? guard : statement;
}

/** Removes a node: a statement, or one of several arguments, elements, properties or conditions. A single one becomes `undefined`. */
function dropped(text, source, node) {
  let whole = node;
  while (ts.isAwaitExpression(whole.parent) || ts.isExpressionStatement(whole.parent)) whole = whole.parent;
  const { parent } = whole;
  const [start, end] = [whole.getStart(), whole.getEnd()];
  if (ts.isStatement(whole)) return [start, end, ts.isBlock(parent) || parent === source ? "" : ";"];
  if (ts.isBinaryExpression(parent)) {
    const { left, right } = parent;
    return whole === left ? [start, right.getStart(), ""] : [left.getEnd(), end, ""];
  }
  const siblings = parent.arguments ?? parent.elements ?? parent.properties;
  if (siblings === undefined || !siblings.includes(whole)) throw new Error(`${node.getText()} cannot be left out`);
  if (siblings.length === 1) return [start, end, ts.isCallExpression(parent) ? "undefined" : ""];
  const comma = text.indexOf(",", end);
  const isLast = siblings.indexOf(whole) === siblings.length - 1;
  return isLast ? [siblings[siblings.length - 2].getEnd(), end, ""] : [start, comma + 1, ""];
}

const isLike = (text, pattern) => new RegExp(`^${patternOf(pattern).source};?$`).test(text);

/** Returns a pattern that matches a text with any line breaks. */
function patternOf(text) {
  const tokens = text.trim().match(/\w+|[^\w\s]/g) ?? [];
  const escaped = tokens.map((token) => token.replace(/[^\w]/g, "\\$&"));
  return new RegExp(escaped.map((token) => (/^\\[)\]}]$/.test(token) ? `,?\\s*${token}` : token)).join("\\s*"));
}

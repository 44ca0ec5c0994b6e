import { Report } from "./report";
import { rollingUpgrade } from "./rolling-upgrade";
import { setStage } from "./stage";

const report = new Report();
const stage = await setStage({ older: process.env.ATELIER_OLDER ?? "" });
try {
  await report.part("UP-02", () => rollingUpgrade(report, stage));
} finally {
  await stage.close();
  report.close();
}
process.exit(report.failed === 0 ? 0 : 1);

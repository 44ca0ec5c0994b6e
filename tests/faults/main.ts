import { restoreWhatIsCopiedUnderLoad } from "./backup";
import { killUnderABatch } from "./batches";
import { killBackendsUnderLoad, killInstances, restartUnderLoad } from "./database-faults";
import { killUnderStreams, stopUnderStreams, threeInstancesAtLimits } from "./limits";
import { badProvider, dieBeforeMarking, threeWorkers } from "./mail-faults";
import { Report } from "./report";
import { setStage } from "./stage";
import { twoInstances } from "./two-instances";

const given = process.argv.indexOf("--minutes");
const minutes = given < 0 ? 0 : Number(process.argv[given + 1]);
if (!(minutes >= 0)) throw new Error("--minutes takes a number");

const givenRounds = process.argv.indexOf("--rounds");
const rounds = givenRounds < 0 ? 3 : Number(process.argv[givenRounds + 1]);
if (!(rounds >= 1)) throw new Error("--rounds takes a number");

const begun = Date.now();
const deadline = begun + minutes * 60_000;
const report = new Report();
const stage = await setStage();
report.say(`two instances and a PostgreSQL in ${((Date.now() - begun) / 1_000).toFixed(1)} s\n`);

const words = process.argv
  .slice(2)
  .filter((word, index) => !word.startsWith("--") && index !== given - 1 && index !== givenRounds - 1);
const part = (name: string, run: () => Promise<void>) =>
  words.length === 0 || words.some((word) => name.includes(word)) ? report.part(name, run) : Promise.resolve();

let round = 0;
try {
  do {
    round += 1;
    if (minutes > 0) report.say(`\nround ${round}, after ${Math.round((Date.now() - begun) / 60_000)} min`);
    const isLong = minutes > 0;
    await part("two instances", () => twoInstances(report, stage));
    await part("limits", () => threeInstancesAtLimits(report, stage, rounds));
    await part("limits stop", () => stopUnderStreams(report, stage));
    await part("limits kill", () => killUnderStreams(report, stage));
    await part("batches kill", () => killUnderABatch(report, stage));
    await part("CR-13", () => threeWorkers(report, stage));
    await part("FA-05", () => dieBeforeMarking(report, stage));
    await part("mail provider", () => badProvider(report, stage, isLong ? 20 : 1.5));
    await part("BM-01", () => restoreWhatIsCopiedUnderLoad(report, stage));
    await part("FA-02", () => killBackendsUnderLoad(report, stage, isLong ? 60 : 5));
    await part("FA-03", () => killInstances(report, stage, isLong ? 20 : 3));
    await part("FA-01", () => restartUnderLoad(report, stage, isLong ? 5 : 2));
  } while (Date.now() < deadline);
} finally {
  // The request that a deadlock ended got a 503, and only PostgreSQL's log names the statements.
  const deadlocks = stage.deadlocks();
  report.check("no two statements waited for each other", deadlocks.length === 0, deadlocks.join("\n"));
  await stage.close();
  report.say(`\n${Math.round((Date.now() - begun) / 1_000)} s`);
  report.close();
}
process.exit(report.failed === 0 ? 0 : 1);

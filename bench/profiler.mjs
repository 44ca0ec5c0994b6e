// Loaded into a measured server: SIGUSR2 starts a CPU profile, and the next SIGUSR2 writes it to PROFILE_TO.
import { renameSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector";

let session;

process.on("SIGUSR2", () => {
  if (session === undefined) {
    session = new Session();
    session.connect();
    session.post("Profiler.enable");
    session.post("Profiler.setSamplingInterval", { interval: 500 });
    session.post("Profiler.start");
    return;
  }
  session.post("Profiler.stop", (_, { profile }) => {
    writeFileSync(`${process.env.PROFILE_TO}.part`, JSON.stringify(profile));
    renameSync(`${process.env.PROFILE_TO}.part`, process.env.PROFILE_TO);
  });
  session.disconnect();
  session = undefined;
});

// Runs Azurite and ends it, data saved, as soon as the process that started it closes this one's standard input or is gone.
process.stdin.on("end", () => {
  setTimeout(() => process.exit(0), 5000).unref();
  process.emit("SIGTERM");
});
process.stdin.resume();
// Nobody listens when that process was killed: what Azurite then says must not keep it from saving.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
require("azurite/dist/src/azurite.js");

// Mouth shapes by the two peers that hear them from sound, under Node.
// node lip_peers.mjs MODULES PEER WAV   (WAV: 16 kHz, 16 bit, mono)
// prints {"cpu": seconds, "shapes": [[second, name], ...]}; loading is not counted.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const RATE = 16000;
const [modules, peer, file] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(path.join(modules, name)).href);

function samples(file) {
  const bytes = fs.readFileSync(file);
  let place = 12;
  while (bytes.toString("ascii", place, place + 4) !== "data") place += 8 + bytes.readUInt32LE(place + 4);
  return Buffer.from(bytes.subarray(place + 8));
}

async function rhubarb() {
  const { Rhubarb } = await load("rhubarb-lip-sync-wasm/dist/index.js");
  await Rhubarb.getLipSync(Buffer.alloc(RATE), {});
  return async (pcm) => (await Rhubarb.getLipSync(pcm, {})).mouthCues.map((cue) => [cue.start, cue.value]);
}

async function headaudio() {
  const home = "@met4citizen/headaudio/";
  const { Processor } = await load(home + "modules/processor.mjs");
  const P = await load(home + "modules/parameters.mjs");
  const bytes = fs.readFileSync(path.join(modules, home, "dist/model-en-mixed.bin"));
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const view = new DataView(buffer);
  const model = [];
  for (let at = 0; at < buffer.byteLength; at += P.RECORD_LEN * 4) {
    model.push({
      group: view.getUint8(at + 4),
      viseme: view.getUint8(at + 7),
      mu: new Float32Array(buffer, at + P.RECORD_MU_OFFSET, P.RECORD_MU_LEN),
      sigmaInvLower: new Float32Array(buffer, at + P.RECORD_SIGMAINVLOWER_OFFSET, P.RECORD_SIGMAINVLOWER_LEN),
    });
  }
  const names = ["aa", "E", "I", "O", "U", "PP", "SS", "TH", "DD", "FF", "kk", "nn", "RR", "CH", "sil"];
  return async (pcm) => {
    const shapes = [];
    const show = (t, name) => {
      if (!shapes.length || shapes.at(-1)[1] !== name) shapes.push([t, name]);
    };
    const port = {
      postMessage: (said) => {
        if (said.event === "viseme" && said.viseme !== null) show(said.t, names[said.viseme]);
        if (said.event === "ended") show(said.t, "sil");
      },
    };
    const processor = new Processor({ sampleRate: RATE, processorOptions: { visemeEventsEnabled: true } }, { port });
    processor._onmessage({ data: { event: "model", model } });
    const sound = Float32Array.from({ length: pcm.length / 2 }, (_, index) => pcm.readInt16LE(2 * index) / 32768);
    for (let at = 0; at < sound.length; at += 128) processor.process(sound.subarray(at, at + 128));
    return shapes;
  };
}

const listen = await { rhubarb, headaudio }[peer]();
const sound = samples(file);
const before = process.cpuUsage();
const shapes = await listen(sound);
const used = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ cpu: (used.user + used.system) / 1e6, shapes }));
process.exit(0);

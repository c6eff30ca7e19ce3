// The caller's microphone: asked for only when a call begins.
import { Refused } from "./connection.js";

export async function microphoneStream() {
  if (!navigator.mediaDevices) throw new Refused("insecure");
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  return navigator.mediaDevices.getUserMedia({ audio });
}

export function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

// Why there is none, as the help texts are named.
export function problemOf(error) {
  if (error instanceof Refused) return error.reason;
  const names = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "absent", OverconstrainedError: "absent", NotReadableError: "taken", AbortError: "taken" };
  return names[error.name] ?? "failed";
}

// Keeps the screen on while a call goes on: a phone that locks itself takes the network from the page.
export class Awake {
  constructor() {
    this.wanted = false;
    this.lock = null;
    // The browser takes it back whenever the page is out of sight.
    document.addEventListener("visibilitychange", () => this.ask());
  }

  begin() {
    this.wanted = true;
    this.ask();
  }

  end() {
    this.wanted = false;
    this.release();
  }

  async ask() {
    if (!this.wanted || document.hidden) return;
    try {
      const lock = await navigator.wakeLock?.request("screen");
      this.release();
      this.lock = lock;
    } catch {
      // Refused, to save the battery for one: the call goes on.
    }
    if (!this.wanted) this.release();
  }

  release() {
    this.lock?.release().catch(() => {});
    this.lock = null;
  }
}

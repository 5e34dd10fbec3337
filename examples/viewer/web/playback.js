// Playback plays one <video>: it asks for a grant when the viewer presses Play,
// renews it before it expires, and says why when nothing plays.

import { Refusal, lapsed, renewalDelay, requestGrant } from "./grant.js";
import { choosePlayer } from "./players/preference.js";
import { trace, verdict } from "./trace.js";

const pause = 5_000; // ms until a renewal that failed is tried again
const patience = 10_000; // ms without progress until the page asks why

export class Playback {
  #video;
  #message;
  #button;
  #choice;
  #source; // what players read: the way, and the grant of the moment
  #player; // the module, chosen once
  #stopPlayer = () => {};
  #running = new AbortController(); // ends with a playback, and its listeners and answers with it
  #renewal; // timer
  #halted = false; // the viewer paused
  #due = null; // what to do before they play on
  #stall; // timer
  #asking = false; // the page is finding out why nothing plays

  constructor(video, message, choice) {
    this.#video = video;
    this.#message = message;
    this.#choice = choice;
    this.#source = { way: video.dataset.way, grant: null };
    // Without a source the browser's controls cannot start anything, hence a button;
    // the source that plays without script would play beside the player.
    video.removeAttribute("src");
    video.load();
    video.controls = false;
    this.#button = document.createElement("button");
    this.#button.type = "button";
    this.#button.className = "play";
    this.#button.textContent = "Play";
    this.#button.setAttribute("aria-describedby", video.getAttribute("aria-labelledby") ?? "");
    this.#button.addEventListener("click", () => this.#start());
    video.after(this.#button);
  }

  // start plays from a position in seconds, after an expiry, or from the beginning
  // (live: the edge) if there is none.
  async #start(at) {
    this.#stop();
    const running = (this.#running = new AbortController());
    this.#say("Loading…");
    try {
      this.#player ??= await choosePlayer(this.#source.way, this.#choice);
      this.#source.grant = await requestGrant(this.#video.dataset.grant);
    } catch (reason) {
      return this.#refuse(running, at === undefined || reason.lasting ? reason : new Refusal("expired", lapsed));
    }
    if (!running.signal.aborted) {
      this.#listen(running);
      this.#load(running, at);
      this.#schedule(running, renewalDelay(this.#source.grant.expires, Date.now()));
    }
  }

  #stop() {
    this.#running.abort();
    clearTimeout(this.#renewal);
    clearTimeout(this.#stall);
    this.#due = null;
    this.#halted = false;
    this.#stopPlayer();
    this.#stopPlayer = () => {};
  }

  #listen(running) {
    const { signal } = running;
    const on = (event, act) => this.#video.addEventListener(event, act, { signal });
    on("playing", () => this.#playing());
    on("timeupdate", () => this.#watch(running));
    on("waiting", () => this.#watch(running));
    on("pause", () => (this.#halted = !this.#video.error)); // an error pauses, too
    on("play", () => {
      const due = this.#due;
      this.#halted = false;
      this.#due = null;
      due?.();
    });
  }

  #load(running, at) {
    this.#stopPlayer();
    this.#stopPlayer = this.#player.start(this.#video, this.#source, at, (trouble) => this.#judge(running, trouble));
    this.#video.controls = true;
    this.#watch(running);
    // It rejects if the source is replaced meanwhile, which is no trouble.
    this.#video.play().catch(() => {});
  }

  #playing() {
    if (document.activeElement === this.#button) {
      this.#video.focus(); // the button goes, the keyboard's place must not
    }
    this.#button.hidden = true;
    this.#say("", "playing");
  }

  // watch asks why when nothing moves: some players stall where they should fail.
  #watch(running) {
    clearTimeout(this.#stall);
    this.#stall = setTimeout(() => {
      if (!this.#video.paused && !this.#video.ended) {
        this.#judge(running, { fatal: false, stalled: true });
        this.#watch(running);
      }
    }, patience);
  }

  // schedule renews in delay milliseconds. Live needs no renewal: its token is for
  // the moment when playback begins.
  #schedule(running, delay) {
    if (this.#source.way !== "live" && !running.signal.aborted) {
      this.#renewal = setTimeout(() => this.#renew(running), delay);
    }
  }

  async #renew(running) {
    if (this.#halted) {
      this.#due = () => this.#renew(running);
      return;
    }
    let grant;
    try {
      grant = await requestGrant(this.#video.dataset.grant);
    } catch (reason) {
      return reason.lasting ? this.#refuse(running, reason) : this.#schedule(running, pause);
    }
    if (running.signal.aborted) {
      return;
    }
    this.#source.grant = grant;
    this.#schedule(running, renewalDelay(grant.expires, Date.now()));
    // The browser holds the new cookies, the hook reads the new query. The URLs of
    // a playlist that is loaded stay the old ones: load it again, a blink.
    if (this.#source.way === "urls") {
      const reload = () => this.#load(running, this.#video.currentTime);
      this.#halted ? (this.#due = reload) : reload();
    }
  }

  // judge decides what becomes of a playback in trouble.
  async #judge(running, { fatal, status, stalled }) {
    if (running.signal.aborted) {
      return;
    }
    if (Date.now() >= this.#source.grant.expires) {
      const again = () => this.#start(this.#source.way === "live" ? undefined : this.#video.currentTime);
      return this.#halted ? (this.#due = again) : again();
    }
    // The player tries other errors again by itself, for half a minute: before
    // anything has played it is better to ask at once.
    const telling = fatal || stalled || status === 401 || status === 403 || this.#video.played.length === 0;
    if (!telling || (this.#asking && !fatal)) {
      return;
    }
    this.#asking = true;
    const known = this.#source.way === "live" && fatal && status ? verdict("live", { status }) : null;
    const reason = known ?? (await trace(this.#source).catch(() => null)) ?? (fatal ? new Refusal("failed", "The video cannot be played.") : null);
    this.#asking = false;
    if (reason) {
      this.#refuse(running, reason);
    }
  }

  #refuse(running, reason) {
    if (running.signal.aborted) {
      return;
    }
    this.#stop();
    const focused = document.activeElement === this.#video;
    this.#video.controls = false;
    this.#button.hidden = false;
    this.#button.textContent = "Try again";
    if (focused) {
      this.#button.focus();
    }
    this.#say(reason.message, reason.state);
  }

  #say(text, state) {
    this.#message.textContent = text;
    if (state) {
      this.#message.dataset.state = state;
    } else {
      delete this.#message.dataset.state;
    }
  }
}

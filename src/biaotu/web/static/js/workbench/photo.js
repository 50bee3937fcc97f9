/** The photo: OpenSeadragon for zooming, evidence laid over it, a region marked by hand with Annotorious. */
import { html, useEffect, useRef, useState } from "../../vendor/ui.js";
import OpenSeadragon from "../../vendor/zoom.js";
import { t } from "../i18n.js";
import { say } from "../ui/toasts.js";
import { heat, place } from "./heat.js";
import { useBench } from "./hooks.js";
import { toggleBoxes, useLines } from "./lines.js";
import { marker } from "./marker.js";

const OPTIONS = {
  prefixUrl: "", showNavigationControl: false, drawer: "canvas", animationTime: 0.35, visibilityRatio: 0.5, minZoomImageRatio: 0.7, maxZoomPixelRatio: 6,
  gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true, scrollToZoom: true }, keyboardNavEnabled: false,
};

/** Zooms by a factor, or to the whole photo with null. The keys come through here. */
export const zooming = new EventTarget();
export const zoom = (factor) => zooming.dispatchEvent(new CustomEvent("zoom", { detail: factor }));

function useViewer(box, image) {
  const [viewer, setViewer] = useState(null);
  const [ready, setReady] = useState(null);
  const latest = useRef(image);
  latest.current = image;
  useEffect(() => {
    const made = OpenSeadragon({ element: box.current, ...OPTIONS });
    made.innerTracker.keyHandler = null; // the keys are the workbench's
    made.innerTracker.keyDownHandler = null;
    made.addHandler("open", () => setReady(made.world.getItemAt(0)));
    let copied = null;
    made.addHandler("open-failed", () => {
      const wanted = latest.current;
      if (!wanted || copied === wanted.digest) return void say(t("photo.failed"), "bad");
      copied = wanted.digest; // a format browsers cannot show, such as TIFF: the server makes a JPEG of it
      made.open({ type: "image", url: `${wanted.thumbnail}?size=2048` });
    });
    const turn = ({ detail }) => {
      if (detail === null) made.viewport.goHome();
      else made.viewport.zoomBy(detail).applyConstraints();
    };
    zooming.addEventListener("zoom", turn);
    setViewer(made);
    return () => {
      zooming.removeEventListener("zoom", turn);
      made.destroy();
    };
  }, []);
  useEffect(() => {
    if (!viewer) return;
    setReady(null);
    viewer.clearOverlays();
    if (image) viewer.open({ type: "image", url: image.url });
    else viewer.close();
  }, [viewer, image?.digest]);
  return { viewer, ready };
}

/** Lays the evidence of this photo over it; gives back the strongest weights for the note below. */
function useHeat(viewer, ready, region) {
  useEffect(() => {
    if (!viewer || !ready || !region) return undefined;
    const element = heat(region);
    viewer.addOverlay({ element, location: place(ready, region.box ?? [0, 0, 1, 1]) });
    return () => viewer.removeOverlay(element);
  }, [viewer, ready, region]);
}

function useMarker(viewer, ready, bench, image) {
  const held = useRef(null);
  useEffect(() => {
    held.current = null;
    return () => void (held.current = null); // it goes with its viewer
  }, [viewer]);
  const now = useRef(null);
  now.current = { image, scale: ready && image?.width ? image.width / ready.getContentSize().x : 1 }; // a copy may be shown in place of the photo
  const marked = (box) => bench.set({ region: { digest: now.current.image.digest, box: box.map((value) => Math.max(0, Math.round(value * now.current.scale))) }, marking: false });
  const get = () => (held.current ??= marker(viewer, marked).catch((error) => {
    held.current = null;
    say(t("region.failed", { why: String(error.message ?? error) }), "bad");
    return null;
  }));
  const { marking, region, showRegion } = bench.state;
  const shown = region?.digest === image?.digest ? region : showRegion?.digest === image?.digest ? showRegion : null;
  useEffect(() => {
    if (!ready || (!marking && !shown && !held.current)) return;
    void get().then((one) => one?.show(shown?.box.map((value) => value / now.current.scale) ?? null, Boolean(marking)));
  }, [ready, marking, shown]);
}

function Note({ shown, region }) {
  if (shown.state === "off") return null;
  if (shown.state === "waiting") return html`<p class="evidence-note" data-testid="evidence-state" data-state="waiting">${t("evidence.waiting")}</p>`;
  if (shown.state !== "here") return html`<p class="evidence-note" data-testid="evidence-state" data-state="none">${shown.state}</p>`;
  const { text_weight: words, photo_weight: photo, method } = shown.evidence;
  const part = (value) => (value === null || value === undefined ? "–" : value.toFixed(2));
  return html`<p class="evidence-note" data-testid="evidence-state" data-state="here" data-regions=${region ? "yes" : "no"} title=${method}>${t("evidence.note", { words: part(words), photo: part(photo) })}</p>`;
}

export function Photo({ shown }) {
  const bench = useBench();
  const box = useRef(null);
  const { view, photo } = bench.state;
  const image = view.images[photo] ?? null;
  const { viewer, ready } = useViewer(box, image);
  const region = shown.evidence?.regions?.find((one) => one.digest === image?.digest) ?? null;
  useHeat(viewer, ready, region);
  useLines(viewer, ready, bench, image);
  useMarker(viewer, ready, bench, image);
  const button = (label, key, run, sign, testid, pressed) => html`<button type="button" title=${`${label} (${key})`} aria-label=${label} aria-pressed=${pressed} onClick=${run} data-testid=${testid}>${sign}</button>`;
  return html`<section class="photo" aria-label=${t("photo")} data-testid="photo" data-ready=${ready ? "yes" : "no"}>
    <div class="viewer" ref=${box} data-testid="viewer"></div>
    ${!image && html`<p class="nothing">${t("photo.none")}</p>`}
    <div class="tools">${button(t("key.zoom_in"), "+", () => zoom(1.4), "＋", "zoom-in")}${button(t("key.zoom_out"), "−", () => zoom(1 / 1.4), "－", "zoom-out")}${button(t("key.zoom_home"), "0", () => zoom(null), "⤢", "zoom-home")}
      ${button(t("key.evidence"), "e", () => toggleEvidence(bench), "◉", "evidence-toggle", bench.state.evidenceOn)}
      ${view.ocr?.lines.length > 0 && button(t("key.boxes"), "z", () => toggleBoxes(bench), "字", "boxes-toggle", bench.state.boxesOn)}
      ${bench.writable && image && button(t("key.region"), "g", () => bench.set({ marking: !bench.state.marking }), "▢", "region-mark", Boolean(bench.state.marking))}</div>
    <${Note} shown=${shown} region=${region} />
    ${bench.state.marking && html`<p class="region-note" data-testid="region-hint">${t("region.hint")}</p>`}
    ${bench.state.region && html`<p class="region-note" data-testid="region-note">${t("region.waits")} <button type="button" class="plain" aria-label=${t("delete")} onClick=${() => bench.set({ region: null })}>✕</button></p>`}
    ${view.images.length > 1 && html`<div class="strip" role="tablist" aria-label=${t("photos")}>${view.images.map((one, index) => html`<button type="button" role="tab" aria-selected=${index === photo} title=${one.name} onClick=${() => bench.set({ photo: index })} data-testid="photo-tab"><img src=${one.thumbnail} alt=${one.name} /></button>`)}</div>`}
  </section>`;
}

/** Evidence on or off, remembered. */
export function toggleEvidence(bench) {
  const evidenceOn = !bench.state.evidenceOn;
  localStorage.setItem("biaotu_evidence", evidenceOn ? "on" : "off");
  bench.set({ evidenceOn });
}

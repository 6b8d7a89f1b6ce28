/* The system page refreshes itself through htmx; this file only keeps that polite. */
const state = () => document.getElementById("etat");
const busy = () => document.hidden || state().contains(document.activeElement);
let scrolled = 0;

// Nothing is asked while nobody looks, and nothing moves under a finger or a focus.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target === state() && busy()) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) htmx.trigger(state(), "refresh");
});
document.addEventListener("htmx:beforeSwap", () => {
  scrolled = state().querySelector(".scroll")?.scrollLeft ?? 0;
});
// A screen reader hears a change of verdict, not each refresh.
document.addEventListener("htmx:afterSwap", () => {
  const table = state().querySelector(".scroll");
  if (table) table.scrollLeft = scrolled;
  const heard = document.getElementById("annonce"), verdict = state().querySelector("h1").textContent;
  if (heard.dataset.verdict !== verdict) heard.textContent = heard.dataset.verdict = verdict;
});

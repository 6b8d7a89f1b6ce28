/* The system page refreshes itself through htmx; this file only keeps that polite. */
// A command is copied by a button; without script, or without the right to copy, it is selected by hand.
const offerCopies = () => {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
};
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "Commande copiée";
});
document.addEventListener("DOMContentLoaded", offerCopies);

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
  offerCopies();
  const table = state().querySelector(".scroll");
  if (table) table.scrollLeft = scrolled;
  const heard = document.getElementById("annonce"), verdict = state().querySelector("h1").textContent;
  if (heard.dataset.verdict !== verdict) heard.textContent = heard.dataset.verdict = verdict;
});

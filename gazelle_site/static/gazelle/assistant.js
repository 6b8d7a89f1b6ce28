/* The conversation works without script; this file clears the field, scrolls to the answer, dictates, keeps what fails. */
const composer = document.getElementById("composer");
const field = document.getElementById("q");
const refusal = document.getElementById("refus");
const ours = (event) => event.detail.elt === composer || event.detail.elt.id === "essais";

const say = (words) => {
  const line = document.createElement("p");
  line.className = "error-text";
  line.textContent = words;
  refusal.replaceChildren(line);
};

document.addEventListener("htmx:beforeRequest", (event) => {
  if (ours(event)) refusal.replaceChildren();
});

// A session that ended: the form is sent whole, so that the sign-in page keeps what was typed; names are no reason to leave.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!event.detail.xhr.getResponseHeader("HX-Refresh") || ![composer, field].includes(event.detail.elt)) return;
  event.preventDefault();
  if (event.detail.elt === composer) composer.submit();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!ours(event) || !event.detail.successful) return;
  if (event.detail.elt === composer) field.value = "";
  document.querySelector("#fil > .turn:last-of-type")?.scrollIntoView({ block: "start" });
});
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (ours(event) && status !== 400 && status !== 429) {
    say("Je ne peux pas répondre pour l’instant : le site n’a pas pu lire ses données. Votre question est encore là.");
  }
});
document.addEventListener("htmx:sendError", (event) => {
  if (ours(event)) say("Hors réseau. Votre question est encore là.");
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-correct]");
  if (!link) return;
  event.preventDefault();
  field.value = link.dataset.correct;
  field.focus();
});

const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
if (Recognition) {
  const button = document.getElementById("dicter");
  button.hidden = false;
  button.addEventListener("click", () => {
    const listening = new Recognition();
    listening.lang = "fr-CA";
    listening.addEventListener("result", (event) => {
      field.value = event.results[0][0].transcript;
      field.focus();
    });
    listening.addEventListener("start", () => button.setAttribute("aria-pressed", "true"));
    listening.addEventListener("end", () => button.removeAttribute("aria-pressed"));
    listening.addEventListener("error", () => say("La dictée n’a pas marché. Vous pouvez écrire."));
    listening.start();
  });
}

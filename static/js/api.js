// The API's pages: sends raw JSON and shows the answer below it.

const form = document.getElementById("raw");

async function send(event) {
  event.preventDefault();
  const shown = document.getElementById("raw-answer");
  shown.hidden = false;
  shown.textContent = "…";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": form.dataset.csrf,
      },
      body: document.getElementById("raw-body").value,
    });
    const text = await answer.text();
    shown.textContent = `${answer.status} ${answer.statusText}\n\n${pretty(text)}`;
  } catch {
    shown.textContent = "The server could not be reached. Try again.";
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

form?.addEventListener("submit", send);

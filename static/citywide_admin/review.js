// While a request is under way the page looks again by itself; the link does the same by hand.
const waiting = document.querySelector("[data-look-again]");
if (waiting) {
  const key = `looked ${location.search}`;
  const looked = Number(sessionStorage.getItem(key) || 0);
  if (looked < 30) {
    sessionStorage.setItem(key, String(looked + 1));
    setTimeout(() => location.reload(), Number(waiting.dataset.lookAgain));
  }
}


(() => {
  const all = selector => document.querySelectorAll(selector);
  const link = document.querySelector("link[rel=canonical]").href;

  for (const button of all("[data-copy]")) {
    const words = button.textContent;
    button.hidden = !navigator.clipboard;
    button.onclick = async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = document.querySelector("[role=status]").textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = words; }, 2000);
    };
  }
  for (const mail of all("[data-mail]")) {
    mail.href = mail.href.replace(/body=.*/, "body=" + encodeURIComponent(link));
  }
  for (const button of all("[data-share]")) {
    button.hidden = !navigator.share;
    button.onclick = () => navigator.share({ title: button.dataset.share, url: link }).catch(() => {});
  }
})();

/* Two form-associated custom elements: one with a value of its own, one around a control in its shadow tree. */

class StarRating extends HTMLElement {
  static formAssociated = true;
  #internals = this.attachInternals();
  #value = '';

  connectedCallback() {
    for (const stars of ['1', '2', '3']) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = stars;
      button.addEventListener('click', () => {
        this.value = stars;
        this.dispatchEvent(new Event('change', { bubbles: true }));
      });
      this.append(button);
    }
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    this.#value = value;
    this.#internals.setFormValue(value);
  }
}

class ShadowText extends HTMLElement {
  static formAssociated = true;
  #internals = this.attachInternals();
  #input = document.createElement('input');

  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).append(this.#input);
    this.#input.addEventListener('input', () => this.#internals.setFormValue(this.#input.value));
  }

  get value() {
    return this.#input.value;
  }

  set value(value) {
    this.#input.value = value;
    this.#internals.setFormValue(value);
  }
}

customElements.define('star-rating', StarRating);
customElements.define('shadow-text', ShadowText);

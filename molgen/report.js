(function () {
  'use strict';
  var molecules = JSON.parse(document.getElementById('molecules').textContent);
  var cards = document.querySelectorAll('.card'), box = document.getElementById('viewer');
  var three = document.getElementById('three'), viewer = null;
  try {
    viewer = $3Dmol.createViewer(box, {backgroundAlpha: 0, antialias: true});
  } catch (e) {
    viewer = null;
  }
  if (!viewer) box.className = 'plain';

  function show(k) {
    var m = molecules[k];
    cards.forEach(function (c, i) { c.classList.toggle('on', i === k); });
    document.getElementById('name').textContent = m[1];
    document.getElementById('smiles').textContent = m[2];
    if (!viewer) { // no WebGL: the drawing, large
      box.innerHTML = cards[k].querySelector('.balls').innerHTML;
      return;
    }
    viewer.removeAllModels();
    viewer.addModel(m[0], 'sdf', {keepH: true});
    viewer.setStyle({}, {stick: {radius: 0.11, colorscheme: 'Jmol'}, sphere: {scale: 0.26, colorscheme: 'Jmol'}});
    viewer.zoomTo();
    viewer.render();
  }

  cards.forEach(function (c, i) { c.addEventListener('click', function () { show(i); }); });
  if (three) {
    three.addEventListener('change', function () {
      document.querySelector('.cards').classList.toggle('three', three.checked);
    });
  }
  document.addEventListener('keydown', function (e) {
    var step = {ArrowRight: 1, ArrowLeft: -1}[e.key];
    var on = document.activeElement;
    if (!step || !on || !on.classList.contains('card')) return;
    var next = cards[Array.prototype.indexOf.call(cards, on) + step];
    if (next) { next.focus(); next.click(); }
  });
  if (molecules.length) show(0);
})();

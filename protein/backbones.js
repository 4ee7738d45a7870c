(function () {
  'use strict';
  var chains = JSON.parse(document.getElementById('chains-data').textContent);
  var cards = document.querySelectorAll('.card'), box = document.getElementById('viewer'), viewer = null;
  var colours = {h: '#4a81e2', s: '#ec9e36', c: '#9ea7b2'};
  document.querySelector('aside').hidden = false;
  try {
    viewer = $3Dmol.createViewer(box, {backgroundAlpha: 0, antialias: true});
  } catch (e) {
    viewer = null;
  }
  if (!viewer) box.className = 'plain';

  function right(x, width) {
    return String(x).padStart(width);
  }

  // PDB text for the viewer's reader; residues are numbered from 1
  function pdb(c) {
    var full = c[3].length === 12 * c[1].length, names = full ? ['N', 'CA', 'C', 'O'] : ['CA'], text = '', at = 0;
    for (var i = 0; i < c[1].length; i++) {
      names.forEach(function (name) {
        text += 'ATOM  ' + right(at / 3 + 1, 5) + '  ' + name.padEnd(3) + ' UNK A' + right(i + 1, 4) + '    ';
        for (var k = 0; k < 3; k++) text += right((c[3][at++] / 100).toFixed(3), 8);
        text += '  1.00  0.00           ' + name[0] + '\n';
      });
    }
    return text;
  }

  function kind(letter) {
    return 'HGI'.indexOf(letter) >= 0 ? 'h' : letter === 'E' ? 's' : 'c';
  }

  function structure(ss) { // letters, helices and strands marked
    var out = document.getElementById('ss');
    out.textContent = '';
    for (var i = 0, j; i < ss.length; i = j) {
      for (j = i + 1; j < ss.length && kind(ss[j]) === kind(ss[i]); j++);
      var part = document.createElement({h: 'b', s: 'u', c: 'span'}[kind(ss[i])]);
      part.textContent = ss.slice(i, j);
      out.appendChild(part);
    }
  }

  function show(k) {
    var c = chains[k], ss = c[1];
    cards.forEach(function (card, i) { card.classList.toggle('on', i === k); });
    document.getElementById('name').textContent = c[0] + ', ' + ss.length + ' residues';
    structure(ss);
    if (!viewer) { // no WebGL: the drawing, large
      box.innerHTML = '';
      box.appendChild(cards[k].querySelector('svg').cloneNode(true));
      return;
    }
    viewer.removeAllModels();
    var model = viewer.addModel(pdb(c), 'pdb', {noComputeSecondaryStructure: true});
    model.selectedAtoms({}).forEach(function (a) {
      var i = a.resi - 1;
      a.ss = kind(ss[i]);
      a.ssbegin = a.ss !== 'c' && (i === 0 || kind(ss[i - 1]) !== a.ss);
      a.ssend = a.ss !== 'c' && (i === ss.length - 1 || kind(ss[i + 1]) !== a.ss);
    });
    var trace = c[3].length !== 12 * ss.length;
    Object.keys(colours).forEach(function (k) {
      var style = {color: colours[k], arrows: true};
      if (trace) style.style = 'trace';
      viewer.setStyle({ss: k}, {cartoon: style});
    });
    viewer.zoomTo();
    viewer.render();
  }

  cards.forEach(function (card, i) { card.addEventListener('click', function () { show(i); }); });
  document.addEventListener('keydown', function (e) {
    var step = {ArrowRight: 1, ArrowLeft: -1}[e.key];
    var on = document.activeElement;
    if (!step || !on || !on.classList.contains('card')) return;
    var next = cards[Array.prototype.indexOf.call(cards, on) + step];
    if (next) { next.focus(); next.click(); }
  });
  show(0);
})();

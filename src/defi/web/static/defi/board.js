// The pairing board by its arrows: one stop of the Tab key, then arrows, Home and End from cell to cell (the grid pattern
// of ARIA). Without script each link and button is reached by Tab. On a narrow screen it is read as a list: so is it then.
(function () {
  "use strict";
  var MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  document.querySelectorAll("[data-board]").forEach(function (board) {
    var table = board.querySelector("table");
    var rows = Array.prototype.map.call(table.querySelectorAll("tbody tr"), function (row) {
      return Array.prototype.filter.call(row.cells, function (cell) { return !cell.classList.contains("board-unmet"); });
    });
    if (!rows.length) return;
    var here = [0, 1], gridded = false;

    // What takes the focus in a cell: what may be done there, else the cell itself, which says what stands in it.
    function focusable(cell) { return cell.querySelector("a, button") || cell; }

    function each(does) { rows.forEach(function (row) { row.forEach(function (cell) { does(focusable(cell), cell); }); }); }

    function arrange() {
      var wide = getComputedStyle(table).display === "table";
      if (wide === gridded) return;
      gridded = wide;
      if (wide) {
        table.setAttribute("role", "grid");
        each(function (target) { target.tabIndex = -1; });
        focusable(rows[here[0]][here[1]]).tabIndex = 0;
      } else {
        table.removeAttribute("role");
        each(function (target) { target.removeAttribute("tabindex"); });
      }
    }

    function go(row, column) {
      focusable(rows[here[0]][here[1]]).tabIndex = -1;
      here = [Math.max(0, Math.min(rows.length - 1, row)), 0];
      here[1] = Math.max(0, Math.min(rows[here[0]].length - 1, column));
      var target = focusable(rows[here[0]][here[1]]);
      target.tabIndex = 0;
      target.focus();
    }

    table.addEventListener("keydown", function (event) {
      if (!gridded || event.altKey || event.metaKey || event.shiftKey) return;
      var move = MOVES[event.key];
      if (move && !event.ctrlKey) go(here[0] + move[0], here[1] + move[1]);
      else if (event.key === "Home") go(event.ctrlKey ? 0 : here[0], 0);
      else if (event.key === "End") go(event.ctrlKey ? rows.length - 1 : here[0], rows[0].length - 1);
      else return;
      event.preventDefault();
    });

    // Who clicks a cell goes on from there.
    table.addEventListener("focusin", function (event) {
      if (!gridded) return;
      rows.forEach(function (row, y) {
        row.forEach(function (cell, x) {
          if (!cell.contains(event.target) || (y === here[0] && x === here[1])) return;
          focusable(rows[here[0]][here[1]]).tabIndex = -1;
          here = [y, x];
          focusable(cell).tabIndex = 0;
        });
      });
    });

    window.addEventListener("resize", arrange);
    arrange();
  });
})();

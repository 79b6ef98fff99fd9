// Live figures. Only the demo has them: where the service runs by itself, the panel stays hidden.
const panel = document.getElementById('demo');
const phase = document.getElementById('phase');
const sides = document.getElementById('sides');
const figures = document.getElementById('figures');
const kill = document.getElementById('kill');
const killed = document.getElementById('killed');

const millis = number => number.toFixed(1) + ' ms';

const rows = [
  ['requests in the last second', side => side.requests.requests],
  ['their time, p50 / p99', side => millis(side.requests.p50Millis) + ' / ' + millis(side.requests.p99Millis)],
  ['errors since the start', side => side.errors],
  ['server connections, busy / open / most', side =>
    side.serverConnectionsBusy + ' / ' + side.serverConnections + ' / ' + side.serverConnectionsLimit],
  ['connections to PgBouncer', side => side.pool.open],
  ['lanes (shared by reads)', side => side.pool.lanes],
  ['statements under way on lanes', side => side.pool.inFlight],
  ['leases (one caller each)', side => side.pool.leases],
  ['callers waiting now', side => side.pool.waiting],
  ['waits since the start', side => side.pool.waits],
  ['longest wait', side => side.pool.longestWaitMillis === null ? null : millis(side.pool.longestWaitMillis)],
  ['callers that gave up', side => side.pool.cancelled],
  ['statements prepared anew', side => side.pool.rePrepared],
];

function cell(row, tag, text) {
  const element = document.createElement(tag);
  element.textContent = text === null ? 'not told' : text;
  row.append(element);
}

function show(state) {
  panel.hidden = false;
  phase.textContent = state.phase;
  sides.replaceChildren();
  cell(sides, 'th', '');
  state.sides.forEach(side => cell(sides, 'th', side.driver));
  figures.replaceChildren(...rows.map(([title, figure]) => {
    const row = document.createElement('tr');
    cell(row, 'td', title);
    state.sides.forEach(side => cell(row, 'td', figure(side)));
    return row;
  }));
}

async function look() {
  let next = 1000;
  try {
    const response = await fetch('demo/state');
    if (response.status === 404) {
      return;
    }
    show(await response.json());
  } catch (error) {
    phase.textContent = 'the service does not answer';
    next = 3000;
  }
  setTimeout(look, next);
}

kill.addEventListener('click', async () => {
  kill.disabled = true;
  killed.textContent = 'PgBouncer is away ...';
  try {
    const response = await fetch('demo/pooler/restart', { method: 'POST' });
    killed.textContent = response.ok ? 'It is back.' : 'Refused: ' + response.status;
  } catch (error) {
    killed.textContent = error.message;
  }
  kill.disabled = false;
});

look();

const form = document.getElementById('search');
const status = document.getElementById('status');
const tracks = document.getElementById('tracks');
const more = document.getElementById('more');
const topTracks = document.getElementById('top');

let query = '';
let cursor = '';
let latest = 0;

async function call(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) {
    const details = (body.errors || []).map(error => error.field + ' ' + error.message);
    throw new Error([body.detail || response.statusText, ...details].join(' '));
  }
  return body;
}

function say(text, isError = false) {
  status.textContent = text;
  status.classList.toggle('error', isError);
}

function cell(row, text) {
  const td = row.insertCell();
  td.textContent = text;
  return td;
}

function length(seconds) {
  return Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
}

function show(track) {
  const row = tracks.insertRow();
  cell(row, track.title);
  cell(row, track.artistName);
  cell(row, length(track.durationSeconds));
  cell(row, track.releasedOn || '');
  const plays = cell(row, track.playCount);
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Play';
  button.setAttribute('aria-label', 'Play ' + track.title);
  button.addEventListener('click', () => play(track.id, plays));
  row.insertCell().append(button);
}

async function load(fromStart) {
  const mine = ++latest;
  try {
    const page = await call('api/tracks/walk?' + new URLSearchParams({ q: query, cursor: fromStart ? '' : cursor }));
    if (mine !== latest) {
      return; // a newer search is under way
    }
    if (fromStart) {
      tracks.replaceChildren();
    }
    page.items.forEach(show);
    cursor = page.next || '';
    more.hidden = !page.next;
    say(tracks.rows.length ? '' : 'Nothing found.');
  } catch (error) {
    say(error.message, true);
  }
}

async function play(id, plays) {
  try {
    const played = await call('api/tracks/' + id + '/plays', { method: 'POST' });
    plays.textContent = played.playCount;
    say('');
    await loadTop();
  } catch (error) {
    say(error.message, true);
  }
}

async function loadTop() {
  const top = await call('api/tracks/top?limit=5');
  topTracks.replaceChildren(...top.map(track => {
    const item = document.createElement('li');
    item.textContent = track.title + ' by ' + track.artistName + ' (' + track.playCount + ')';
    return item;
  }));
}

form.addEventListener('submit', event => {
  event.preventDefault();
  query = document.getElementById('q').value;
  load(true);
});
more.addEventListener('click', () => load(false));

load(true);
loadTop().catch(error => say(error.message, true));

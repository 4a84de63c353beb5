// A library that warns, for `--import`: as soon as the command listens for signals, which is after its start.
process.on('newListener', (event) => {
  if (event === 'SIGTERM') process.emitWarning('said by a library', 'DeprecationWarning');
});

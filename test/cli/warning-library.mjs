// A library for `--import`. It warns when the command begins to listen for signals, which is after its start.
process.on('newListener', (event) => {
  if (event === 'SIGTERM') process.emitWarning('said by a library', 'DeprecationWarning');
});

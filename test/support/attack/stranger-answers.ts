// A stranger's workflows for Cornac's task queue: each reports completion at once.
async function done(): Promise<string> {
  return 'forged';
}

export {
  done as createDbInstance,
  done as deleteDbInstance,
  done as modifyDbInstance,
  done as rebootDbInstance,
  done as recoverDbInstance,
  done as startDbInstance,
  done as stopDbInstance,
};

# Node.js, the npm packages, and the generated and compiled files of this clone.

ensure_node() {
  command -v node >/dev/null && command -v npm >/dev/null ||
    fail 'Node.js and npm are not on PATH' 'install Node.js 20.19 or newer: https://nodejs.org'
  version=$(node --version)
  case $version in
    v20.19.* | v20.[2-9][0-9].* | v2[2-9].* | v[3-9][0-9].*) found "Node.js $version" ;;
    *) fail "Node.js $version is too old" 'install Node.js 20.19 or newer: https://nodejs.org' ;;
  esac
}

ensure_npm_packages() {
  if node scripts/setup.d/npm-is-current.mjs; then
    found 'npm packages as in package-lock.json'
  else
    # Not `npm ci`, because it requires packages for other platforms, which some registries do not have. This
    # command also follows package-lock.json, and does not write it.
    step 'npm packages' 'look whether the npm registry can be reached, then run it again' \
      npm install --no-save --include=dev
  fi
}

ensure_prisma_client() {
  stamp=src/inventory/generated/.made-from
  made_from=$(cat prisma/schema.prisma node_modules/prisma/package.json | cksum)
  if [ "$(cat $stamp 2>/dev/null)" = "$made_from" ]; then
    found 'Prisma client'
  else
    rm -rf src/inventory/generated
    # prisma generate runs no schema engine, but searches one and would download it. Any existing file
    # satisfies it.
    step 'Prisma client (prisma generate)' 'this needs no network; please report it' \
      env PRISMA_SCHEMA_ENGINE_BINARY=/bin/true CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1 \
      node_modules/.bin/prisma generate --schema prisma/schema.prisma
    echo "$made_from" >$stamp
  fi
}

ensure_build() {
  # src/processes/current-build.ts has the same rule. A directory also becomes newer when a file in it is added, renamed or
  # deleted.
  if [ -e dist/.built ] && [ -z "$(find src package.json package-lock.json tsconfig*.json -newer dist/.built | head -n 1)" ]; then
    found 'build in dist/'
  else
    rm -rf dist
    mkdir dist
    # The mark has the time at which the build began, because a source may be changed while it runs.
    touch dist/.begun
    step 'build in dist/ (npm run build)' 'the sources do not compile: npm run typecheck says where' npm run build
    mv dist/.begun dist/.built
  fi
}

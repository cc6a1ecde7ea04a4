const { version } = require('./package.json')

require('node:http')
  .createServer((_, response) => response.end(JSON.stringify({ version })))
  .listen(8080)

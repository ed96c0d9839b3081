// A real OpenID Connect provider for one test: node-oidc-provider with one client and whoever types a name into its form.
// The name decides the groups, as LOGINS says. Prints one line of JSON with its issuer when it listens; ends when standard input does.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [, , redirect, secret] = process.argv;

// Known by name: what the provider says of them. The groups of `moved` change when the test asks for /test/move.
let moved = false;
const LOGINS = {
  'r.reviewer': () => ({ name: 'Rosa Reviewer', preferred_username: 'R.Reviewer', groups: ['board', 'everyone'] }),
  taken: () => ({ name: 'Another Ada', preferred_username: 'ada', groups: ['board'] }),
  stranger: () => ({ name: 'Some Stranger', preferred_username: 'stranger', groups: ['everyone'] }),
  moved: () => ({ name: 'Mo Ved', preferred_username: 'moved', groups: moved ? ['readers'] : ['board', 'admins'] }),
};

const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: 'curbside', client_secret: secret, redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'] }],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
  scopes: ['openid', 'profile', 'groups'],
  pkce: { required: () => true },
  async findAccount(ctx, login) {
    return { accountId: login, claims: async () => ({ sub: `id-of-${login}`, ...(LOGINS[login]?.() ?? { groups: [] }) }) };
  },
});
const answer = provider.callback();
server.on('request', (request, response) => {
  if (request.url !== '/test/move') return answer(request, response);
  moved = true;
  response.end('moved\n');
});
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
process.stdin.on('end', () => process.exit(0)).resume();

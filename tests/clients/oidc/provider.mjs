// A certified OpenID provider on loopback, at the addresses that Microsoft documents for its own, with one application
// for each thing that is tried. Below /v1.0 it plays a service that takes the provider's tokens.

import { createServer } from 'node:https';
import { Provider, errors } from 'oidc-provider';

const root = '/contoso.com/oauth2/v2.0';
const scopes = ['User.Read', 'Group.Read.All'];

// Application: how it authenticates, what it may do.
function applications(port, jwk) {
  const service = `https://localhost:${port}/.default`;
  const machine = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [], scope: service };
  const secret = { ...machine, token_endpoint_auth_method: 'client_secret_post', client_secret: 'secret-canary-of-the-provider' };
  const person = {
    token_endpoint_auth_method: 'none', application_type: 'native', response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    redirect_uris: ['http://localhost'], scope: ['openid', 'profile', 'offline_access', ...scopes].join(' '),
  };
  const key = { ...machine, token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'PS256', jwks: { keys: [jwk] } };
  return [
    { client_id: 'secret', ...secret },
    { client_id: 'key', ...key },
    { client_id: 'key-strict', ...key },
    { client_id: 'short', ...secret },
    ...['person', 'person-decline', 'device', 'device-decline', 'device-silent', 'short-refresh'].map((client_id) => ({ client_id, ...person })),
  ];
}

export async function start({ key, cert, jwk, onDeviceCode }) {
  const server = createServer({ key, cert });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const issuer = `https://localhost:${port}`;
  const service = `${issuer}/.default`;
  const provider = new Provider(issuer, {
    clients: applications(port, jwk),
    scopes: ['openid', 'offline_access', ...scopes, service],
    routes: {
      token: `${root}/token`, device_authorization: `${root}/devicecode`, authorization: `${root}/authorize`, code_verification: '/device',
    },
    features: { clientCredentials: { enabled: true }, deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
    claims: { profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
    clientAuthSigningAlgValues: ['PS256'],
    enabledJWA: { clientAuthSigningAlgValues: ['PS256'] },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    assertJwtClientAuthClaimsAndHeader(_ctx, claims, _header, client) {
      if (client.clientId === 'key-strict' && claims.aud !== issuer) {
        throw new errors.InvalidClientAuth('audience (aud) must equal the issuer identifier url');
      }
    },
    ttl: {
      ClientCredentials: (_ctx, _token, client) => (client.clientId === 'short' ? 3 : 600),
      AccessToken: (_ctx, _token, client) => (client.clientId === 'short-refresh' ? 3 : 600),
      RefreshToken: (_ctx, _token, client) => (client.clientId === 'short-refresh' ? 5 : 600),
      DeviceCode: (_ctx, _token, client) => (client.clientId === 'device-silent' ? 4 : 600),
      IdToken: 600, Interaction: 600, Session: 600, Grant: 600,
    },
  });
  provider.on('device_authorization.success', (ctx, body) => onDeviceCode(ctx.oidc.client.clientId, body));
  const counts = { grants: 0, refused: 0 };
  provider.on('grant.success', () => { counts.grants += 1; });
  // Why a request was refused, for the one who reads a failed test.
  for (const event of ['grant.error', 'authorization.error', 'server_error', 'device_authorization.error']) {
    provider.on(event, (_ctx, error) => console.error(`# provider: ${event}: ${error.error}: ${error.error_detail ?? error.error_description ?? error.message}`));
  }
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url.startsWith('/v1.0/')) return answer(request, response);
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const held = (await provider.ClientCredentials.find(token)) ?? (await provider.AccessToken.find(token));
    response.setHeader('content-type', 'application/json');
    if (!held?.isValid) {
      counts.refused += 1;
      response.statusCode = 401;
      response.setHeader('www-authenticate', 'Bearer realm="", error="invalid_token"');
      return response.end(JSON.stringify({ error: { code: 'InvalidAuthenticationToken', message: 'The token is expired or not of this provider.' } }));
    }
    return response.end(JSON.stringify({ id: held.clientId, displayName: held.clientId, userPrincipalName: `${held.accountId ?? held.clientId}@contoso.com` }));
  });
  return { port, issuer, counts, stop: () => server.close() };
}

// Looks at the compiled template for what must not be lost by an edit. node infra/check.mjs <main.json>
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const text = readFileSync(process.argv[2], 'utf8')
const all = template => Object.values(template.resources ?? {}).flatMap(resource =>
  resource.type === 'Microsoft.Resources/deployments' ? all(resource.properties.template) : [resource])
const templates = template => [template, ...Object.values(template.resources ?? {}).flatMap(resource => resource.properties?.template ? templates(resource.properties.template) : [])]

const main = JSON.parse(text)
const resources = all(main)
const of = type => resources.filter(resource => resource.type === type)
const only = type => (assert.equal(of(type).length, 1, `one ${type}`), of(type)[0])
const settings = only('Microsoft.Web/sites/config').properties
const written = JSON.stringify(settings)

const checks = {
  'no key of the storage account is used, or can be'() {
    const { properties } = only('Microsoft.Storage/storageAccounts')
    assert.equal(properties.allowSharedKeyAccess, false)
    assert.equal(properties.allowBlobPublicAccess, false)
    assert.equal(properties.minimumTlsVersion, 'TLS1_2')
    assert.doesNotMatch(text, /listKeys|AccountKey|listAccountSas/i)
  },
  'the app reaches storage by its identity, all three services'() {
    for (const name of ['credential', 'clientId', 'blobServiceUri', 'queueServiceUri', 'tableServiceUri'])
      assert.match(written, new RegExp(`AzureWebJobsStorage__${name}`))
    assert.match(written, /'AzureWebJobsStorage__credential', 'managedidentity'/)
    assert.doesNotMatch(written, /AzureWebJobsStorage'/)
    assert.equal(only('Microsoft.Web/sites').identity.type, 'UserAssigned')
  },
  'both keys come from the vault, by reference'() {
    for (const name of ['AdminKey', 'SecretsKey'])
      assert.match(written, new RegExp(`@Microsoft\\.KeyVault\\(SecretUri=\\{\\d\\}secrets/PPMessage--${name}\\)`))
    assert.ok(only('Microsoft.Web/sites').properties.keyVaultReferenceIdentity)
  },
  'a later deployment does not change the keys'() {
    const secrets = of('Microsoft.KeyVault/vaults/secrets')
    assert.equal(secrets.length, 2)
    for (const secret of secrets) assert.ok(secret['@options']?.onlyIfNotExists, `${secret.name} has @onlyIfNotExists()`)
  },
  'the vault can be purged by nobody and knows roles only'() {
    const { properties } = only('Microsoft.KeyVault/vaults')
    assert.equal(properties.enablePurgeProtection, true)
    assert.equal(properties.enableRbacAuthorization, true)
  },
  'secrets are secure parameters on their way, and no output'() {
    for (const template of templates(main)) {
      for (const [name, { type }] of Object.entries(template.parameters ?? {}))
        if (/^(admin|secrets)Key$/.test(name)) assert.equal(type, 'securestring', name)
      assert.doesNotMatch(JSON.stringify(template.outputs ?? {}), /parameters\('(admin|secrets)Key'\)/)
    }
  },
  'the app gets these roles and no other, each on one resource'() {
    const roles = of('Microsoft.Authorization/roleAssignments')
    const ids = text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g)
    assert.deepEqual([...new Set(ids)].sort(), [
      '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3', // Storage Table Data Contributor
      '3913510d-42f4-4e42-8a64-420c390055eb', // Monitoring Metrics Publisher
      '4633458b-17de-408a-b874-0445c86b69e6', // Key Vault Secrets User
      '974c5e8b-45b9-4653-ba55-5f855dd0fb88', // Storage Queue Data Contributor
      'b7e6dc6d-f1e8-4753-8033-0f276bb0955b', // Storage Blob Data Owner
      'b86a8fe4-44ce-4948-aee5-eccb2c155cd7', // Key Vault Secrets Officer, of the operator
    ])
    assert.ok(roles.every(role => role.scope), 'a role without a scope holds in the whole resource group')
  },
  'it is a custom handler on Flex Consumption, by https, without publishing passwords'() {
    const { properties } = only('Microsoft.Web/sites')
    assert.equal(only('Microsoft.Web/serverfarms').sku.name, 'FC1')
    assert.equal(properties.functionAppConfig.runtime.name, 'custom')
    assert.equal(properties.functionAppConfig.deployment.storage.authentication.type, 'UserAssignedIdentity')
    assert.equal(properties.httpsOnly, true)
    const policies = of('Microsoft.Web/sites/basicPublishingCredentialsPolicies')
    assert.equal(policies.length, 2)
    assert.ok(policies.every(policy => policy.properties.allow === false))
    assert.doesNotMatch(written, /FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_RUN_FROM_PACKAGE/)
  },
  'only the app may send telemetry'() {
    assert.equal(only('Microsoft.Insights/components').properties.DisableLocalAuth, true)
    assert.match(written, /Authorization=AAD/)
  },
  'the Functions host sends what it sees'() {
    const host = JSON.parse(readFileSync(new URL('../host.json', import.meta.url), 'utf8'))
    assert.equal(host.telemetryMode, 'OpenTelemetry')
    assert.match(written, /'APPLICATIONINSIGHTS_CONNECTION_STRING'/)
  },
  'dead letters raise an alert by the words that the program logs'() {
    const log = readFileSync(new URL('../src/PPMessage/Work/Log.cs', import.meta.url), 'utf8')
    assert.match(log, /LoggerMessage\(2002, .*"Dead letter \{LetterId\} of kind /)
    assert.match(readFileSync(new URL('../src/PPMessage/Telemetry.cs', import.meta.url), 'utf8'), /"ppmessage\.dead_letters"/)
    assert.ok(text.includes('Message has \\"Dead letter\\" and Message has \\"of kind\\"') && text.includes('Name == \\"ppmessage.dead_letters\\"'))
  },
  'failed answers are counted once, by what the host tells'() {
    assert.match(readFileSync(new URL('../src/PPMessage/Telemetry.cs', import.meta.url), 'utf8'), /string Name = "PPMessage"/)
    assert.match(text, /AppRequests\\n\| where AppRoleName != \\"PPMessage\\"\\n\| where toint\(ResultCode\) >= 500/)
  },
  'the settings are those that the README names'() {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    for (const name of new Set(written.match(/PPMessage__\w+/g))) assert.ok(readme.includes(`\`${name}\``), name)
  },
}

for (const [name, check] of Object.entries(checks)) {
  try {
    check()
  } catch (error) {
    console.error(`infra: not so: ${name}\n${error.message}`)
    process.exitCode = 1
  }
}
if (!process.exitCode) console.log(`infra: ${Object.keys(checks).length} facts of ${resources.length} resources hold`)

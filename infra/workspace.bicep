// Everything in the resource group. The identity comes first and gets its roles before the app exists, so that the app finds its data at once.
param environmentName string
param location string
param publicBaseUrl string
param alertEmail string
param operatorId string
param operatorType string
@secure()
param adminKey string
@secure()
param secretsKey string
param instanceMemoryMB int
param alwaysReadyInstances int
param maximumInstanceCount int
param storageSku string
param availabilityTest bool
param dailyLogCapGB int
param extraSettings object
param recoverVault bool
param tags object

var suffix = uniqueString(subscription().id, resourceGroup().id, environmentName)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-ppmessage-${suffix}'
  location: location
  tags: tags
}

module storage 'storage.bicep' = {
  name: 'storage'
  params: {
    name: 'st${suffix}'
    location: location
    sku: storageSku
    appPrincipalId: identity.properties.principalId
    tags: tags
  }
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  params: {
    suffix: suffix
    location: location
    dailyCapGB: dailyLogCapGB
    appPrincipalId: identity.properties.principalId
    tags: tags
  }
}

module vault 'vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-${suffix}'
    location: location
    recover: recoverVault
    adminKey: adminKey
    secretsKey: secretsKey
    appPrincipalId: identity.properties.principalId
    operatorId: operatorId
    operatorType: operatorType
    logsId: monitoring.outputs.logsId
    tags: tags
  }
}

module app 'app.bicep' = {
  name: 'app'
  params: {
    suffix: suffix
    location: location
    identityName: identity.name
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    insightsName: monitoring.outputs.insightsName
    vaultUri: vault.outputs.uri
    publicBaseUrl: publicBaseUrl
    instanceMemoryMB: instanceMemoryMB
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstanceCount: maximumInstanceCount
    extraSettings: extraSettings
    tags: tags
  }
}

module alerts 'alerts.bicep' = {
  name: 'alerts'
  params: {
    suffix: suffix
    location: location
    logsId: monitoring.outputs.logsId
    insightsId: monitoring.outputs.insightsId
    email: alertEmail
    healthUrl: '${app.outputs.publicBaseUrl}/health/ready'
    availabilityTest: availabilityTest
    tags: tags
  }
}

output appName string = app.outputs.name
output publicBaseUrl string = app.outputs.publicBaseUrl
output storageName string = storage.outputs.name
output vaultName string = vault.outputs.name

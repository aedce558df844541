// The whole of it: a resource group and what is in it. `azd up` starts here, and so does `az deployment sub create` (README.md).
targetScope = 'subscription'

@minLength(1)
@maxLength(32)
@description('Name of this deployment, e.g. "production". Goes into the names of the resources; another name makes another workspace.')
param environmentName string

@description('Region of everything. Flex Consumption must be offered there: az functionapp list-flexconsumption-locations.')
param location string

@description('Name of the resource group that is made or taken.')
param resourceGroupName string = 'rg-ppmessage-${environmentName}'

@description('What Twilio and Mailgun call the app by, https and without a trailing slash. Empty: the app\'s own host name.')
param publicBaseUrl string = ''

@description('Who is written to when an alert fires. Empty: alerts show up in the portal only.')
param alertEmail string = ''

@description('Object id of the person or pipeline that may read and renew the two keys in the vault. Empty: nobody but the app; azd fills it in.')
param operatorId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
@description('What operatorId is.')
param operatorType string = 'User'

@minLength(16)
@secure()
@description('First admin key. Taken at the first deployment only, never afterwards; random unless given.')
param adminKey string = '${newGuid()}${newGuid()}'

@minLength(16)
@secure()
@description('Wraps the secrets of channels. Taken at the first deployment only, never afterwards; random unless given.')
param secretsKey string = '${newGuid()}${newGuid()}'

@allowed([512, 2048, 4096])
@description('Memory of one instance. Its share of a CPU grows with it: 2048 is one core.')
param instanceMemoryMB int = 2048

@minValue(0)
@maxValue(20)
@description('Instances that always wait for HTTP. 0: the first callback after a pause meets a cold start.')
param alwaysReadyInstances int = 0

@minValue(1)
@maxValue(1000)
@description('Most instances of one group of functions: what bounds the bill.')
param maximumInstanceCount int = 100

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
@description('How often the data is kept. ZRS outlives a building and needs a region with zones.')
param storageSku string = 'Standard_LRS'

@description('Ask /health/ready from outside every 15 minutes and alert when it fails.')
param availabilityTest bool = true

@minValue(1)
@description('GB of logs a day, after which nothing is recorded until the next day, alerts included.')
param dailyLogCapGB int = 5

@description('Settings beside those that are made here, e.g. Logging__LogLevel__Default.')
param extraSettings object = {}

@description('Bring back a deleted vault of the same name, with its secrets. Only after the resource group was deleted.')
param recoverVault bool = false

@description('Tags of every resource.')
param tags object = {}

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: resourceGroupName
  location: location
  tags: union(tags, { 'azd-env-name': environmentName })
}

module workspace 'workspace.bicep' = {
  name: 'ppmessage-${environmentName}'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    publicBaseUrl: publicBaseUrl
    alertEmail: alertEmail
    operatorId: operatorId
    operatorType: operatorType
    adminKey: adminKey
    secretsKey: secretsKey
    instanceMemoryMB: instanceMemoryMB
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstanceCount: maximumInstanceCount
    storageSku: storageSku
    availabilityTest: availabilityTest
    dailyLogCapGB: dailyLogCapGB
    extraSettings: extraSettings
    recoverVault: recoverVault
    tags: union(tags, { 'azd-env-name': environmentName })
  }
}

@description('The resource group, also for azd.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The function app.')
output APP_NAME string = workspace.outputs.appName

@description('What the app is called by; the API is at /api, its health at /health/ready.')
output APP_URL string = workspace.outputs.publicBaseUrl

@description('The account of all data.')
output STORAGE_ACCOUNT_NAME string = workspace.outputs.storageName

@description('The vault of the two keys.')
output KEY_VAULT_NAME string = workspace.outputs.vaultName

@description('Prints the admin key to whoever may read it.')
output READ_ADMIN_KEY string = 'az keyvault secret show --vault-name ${workspace.outputs.vaultName} --name PPMessage--AdminKey --query value -o tsv'

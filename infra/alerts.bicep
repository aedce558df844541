// Three things somebody must hear of: work that was given up, an app that can't work, answers that failed.
param suffix string
param location string
param logsId string
param insightsId string
param email string
param healthUrl string
param availabilityTest bool
param tags object

resource team 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-ppmessage-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'ppmessage'
    enabled: true
    emailReceivers: [{ name: 'team', emailAddress: email, useCommonAlertSchema: true }]
  }
}

// The log line (event 2002) is told by the Functions host, which records what the program writes to its output; the counter is not sampled.
// Either is enough, so both are asked.
var deadLetters = '''
union isfuzzy=true
  (AppTraces | where Message has "Dead letter" and Message has "of kind" | project TimeGenerated),
  (AppMetrics | where Name == "ppmessage.dead_letters" and Sum > 0 | project TimeGenerated)
'''

// Of a sampled request ItemCount says how many it stands for. The host tells of each call from outside, of those too that the program never saw;
// the program (its role is PPMessage) tells of the same calls again, and answers 500 to the host where work is merely to come again.
var failures = '''
AppRequests
| where AppRoleName != "PPMessage"
| where toint(ResultCode) >= 500
| summarize Failed = sum(ItemCount) by bin(TimeGenerated, 15m)
'''

resource deadLetter 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = {
  name: 'ppmessage-dead-letter-${suffix}'
  location: location
  tags: tags
  properties: {
    displayName: 'PPMessage: work was given up'
    description: 'A message may not have arrived or gone out. Read /api/dead-letters, then replay or delete.'
    severity: 1
    enabled: true
    scopes: [logsId]
    // The tables come into being with the first record.
    skipQueryValidation: true
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [{ query: deadLetters, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 }]
    }
    autoMitigate: true
    actions: { actionGroups: empty(email) ? [] : [team.id] }
  }
}

resource serverErrors 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = {
  name: 'ppmessage-server-errors-${suffix}'
  location: location
  tags: tags
  properties: {
    displayName: 'PPMessage: answers of 500 and above'
    description: 'More than five requests in 15 minutes failed. Providers try again for a while; agents do not.'
    severity: 2
    enabled: true
    scopes: [logsId]
    skipQueryValidation: true
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: failures
          timeAggregation: 'Total'
          metricMeasureColumn: 'Failed'
          operator: 'GreaterThan'
          threshold: 5
        }
      ]
    }
    autoMitigate: true
    actions: { actionGroups: empty(email) ? [] : [team.id] }
  }
}

resource test 'Microsoft.Insights/webtests@2022-06-15' = if (availabilityTest) {
  name: 'ppmessage-ready-${suffix}'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    Name: 'PPMessage is ready'
    SyntheticMonitorId: 'ppmessage-ready-${suffix}'
    Kind: 'standard'
    Enabled: true
    // Each run wakes the app and costs (COST.md): three places, every 15 minutes, and a second try before it counts.
    Frequency: 900
    Timeout: 30
    RetryEnabled: true
    Locations: [{ Id: 'us-va-ash-azr' }, { Id: 'emea-nl-ams-azr' }, { Id: 'apac-sg-sin-azr' }]
    Request: { RequestUrl: healthUrl, HttpVerb: 'GET', ParseDependentRequests: false }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 14 }
  }
}

resource notReady 'Microsoft.Insights/metricAlerts@2018-03-01' = if (availabilityTest) {
  name: 'ppmessage-not-ready-${suffix}'
  location: 'global'
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource', 'hidden-link:${test.id}': 'Resource' })
  properties: {
    description: '/health/ready fails, seen from two places or more: it says what is missing.'
    severity: 1
    enabled: true
    scopes: [test.id, insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT30M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: test.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: empty(email) ? [] : [{ actionGroupId: team.id }]
  }
}

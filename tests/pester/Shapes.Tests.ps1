# What the tenant answers and what the commands send has the shapes of Graph v1.0, field by field, by a table written by
# hand and a checker of its own.

BeforeDiscovery {
    $table = Get-Content -Raw (Join-Path (Split-Path $PSScriptRoot) 'fixtures/graph-shapes.json') | ConvertFrom-Json -AsHashtable
    # Everything of an entity that can be asked for in a list: navigation (licenseDetails) and the sign-in report, which
    # has an own right and an own page size, are asked for elsewhere.
    $userProperties = @($table.types.user.Keys | Where-Object { $_ -notin 'licenseDetails', 'signInActivity' }) -join ','
    $groupProperties = @($table.types.group.Keys) -join ','
    $lists = @(
        @{ Uri = '/v1.0/users'; Shape = 'user' }
        @{ Uri = "/v1.0/users?`$top=999&`$select=$userProperties"; Shape = 'user' }
        @{ Uri = '/v1.0/users?$select=id,signInActivity'; Shape = 'user' }
        @{ Uri = '/v1.0/groups?$top=999'; Shape = 'group' }
        @{ Uri = "/v1.0/groups?`$top=999&`$select=$groupProperties"; Shape = 'group' }
        @{ Uri = '/v1.0/subscribedSkus'; Shape = 'subscribedSku' }
        @{ Uri = '/v1.0/organization'; Shape = 'organization' }
        @{ Uri = '/v1.0/domains'; Shape = 'domain' }
        @{ Uri = '/v1.0/directory/subscriptions'; Shape = 'companySubscription' }
    )
    $refusals = @(
        @{ Uri = '/v1.0/users/nobody@nowhere.example'; Status = 404 }
        @{ Uri = '/v1.0/users?$filter=usageLocation eq'; Status = 400 }
        @{ Uri = '/v1.0/users?$top=1000'; Status = 400 }
        @{ Uri = '/v1.0/nothingOfTheKind'; Status = 400 }
        @{ Uri = '/v1.0/groups/00000000-0000-0000-0000-00000000000a'; Status = 404 }
    )
}

BeforeAll {
    Set-StrictMode -Version 3.0
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'Shapes.psm1') -Force
    Import-TestModule
    $path = New-TestPath
    $null = New-MgLocalTenant -Path $path -Sample
    Connect-TestFile $path
    $null = Set-MgLocalTenant -Path $path -Setting @{ requestLog = 'all' }

    function Read-Answer([string] $Uri, [string] $Method = 'GET', $Body) {
        $more = $PSBoundParameters.ContainsKey('Body') ? @{ Body = $Body } : @{}
        ConvertTo-JsonElement (Invoke-MgGraphRequest -Method $Method -Uri $Uri -OutputType Json -SkipHttpErrorCheck @more)
    }

    # The recorded requests whose path ends so, with their bodies read.
    function Get-Sent([string] $Ending, [string] $Method) {
        @(Get-MgLocalTenantRequest -WriteOnly | Where-Object { $_.Method -eq $Method -and ([uri] "https://x$($_.Path)").AbsolutePath -match $Ending })
    }
}

AfterAll {
    Disconnect-TestTenant
}

Describe 'What the tenant answers' {
    It 'lists <Shape> as Graph shapes it: <Uri>' -ForEach $lists {
        $answer = Read-Answer $Uri
        $items = @($answer.GetProperty('value').EnumerateArray())
        $items.Count | Should -BeGreaterThan 0
        $differences = @($items | ForEach-Object { Find-ShapeDifference $_ $Shape })
        $differences | Select-Object -First 5 | Should -BeNullOrEmpty
    }

    It 'holds every property that was selected, or leaves it out whole' {
        $wanted = 'id', 'assignedLicenses', 'licenseAssignmentStates', 'assignedPlans', 'provisionedPlans', 'usageLocation'
        $items = @((Read-Answer "/v1.0/users?`$top=999&`$select=$($wanted -join ',')").GetProperty('value').EnumerateArray())
        foreach ($item in $items) {
            $names = @($item.EnumerateObject() | ForEach-Object Name | Where-Object { $_ -notmatch '@' } | Sort-Object)
            $names | Should -Be ($wanted | Sort-Object)
        }
    }

    It 'details a person''s licences as Graph shapes them' {
        $licensed = @((Read-Answer '/v1.0/users?$top=999&$select=id,assignedLicenses').GetProperty('value').EnumerateArray() |
            Where-Object { $_.GetProperty('assignedLicenses').GetArrayLength() -gt 0 } | Select-Object -First 10)
        $licensed.Count | Should -Be 10
        foreach ($person in $licensed) {
            $details = (Read-Answer "/v1.0/users/$($person.GetProperty('id').GetString())/licenseDetails").GetProperty('value')
            $details.GetArrayLength() | Should -BeGreaterThan 0
            Find-KindDifference $details 'licenseDetails[]' 'licenseDetails' | Should -BeNullOrEmpty
        }
    }

    It 'refuses in Graph''s envelope: <Uri>' -ForEach $refusals {
        $answer = Read-Answer $Uri
        Find-ShapeDifference $answer 'errorEnvelope' | Should -BeNullOrEmpty
        $status = 0
        $null = Invoke-MgGraphRequest -Method GET -Uri $Uri -SkipHttpErrorCheck -StatusCodeVariable status
        $status | Should -Be $Status
    }

    It 'answers a licence change, a creation and a refused change in Graph''s shapes' {
        $sku = @((Read-Answer '/v1.0/subscribedSkus').GetProperty('value').EnumerateArray() |
            Where-Object { $_.GetProperty('prepaidUnits').GetProperty('enabled').GetInt32() -gt $_.GetProperty('consumedUnits').GetInt32() })[0].GetProperty('skuId').GetString()
        $created = Read-Answer '/v1.0/users' 'POST' @{
            accountEnabled = $true; displayName = 'Shape One'; mailNickname = 'shape.one'; usageLocation = 'GB'
            userPrincipalName = "shape.one@$((Get-MgLocalTenant).DefaultDomain)"; passwordProfile = @{ password = 'xWwvJ]6NMw+bWH-d' }
        }
        Find-ShapeDifference $created 'user' | Should -BeNullOrEmpty
        $id = $created.GetProperty('id').GetString()
        $changed = Read-Answer "/v1.0/users/$id/assignLicense" 'POST' @{ addLicenses = @(@{ skuId = $sku }); removeLicenses = @() }
        Find-ShapeDifference $changed 'user' | Should -BeNullOrEmpty
        $refused = Read-Answer "/v1.0/users/$id/assignLicense" 'POST' @{ addLicenses = @(); removeLicenses = @('6fd2c87f-b296-42f0-b197-1e91e994b900') }
        Find-ShapeDifference $refused 'errorEnvelope' | Should -BeNullOrEmpty
    }

    It 'answers each part of a batch in its own shape' {
        $answer = Read-Answer '/v1.0/$batch' 'POST' @{ requests = @(
                @{ id = '1'; method = 'GET'; url = '/subscribedSkus' }
                @{ id = '2'; method = 'GET'; url = '/users?$top=5' }
                @{ id = '3'; method = 'GET'; url = '/users/nobody@nowhere.example' }
            )
        }
        $parts = @{}
        foreach ($part in $answer.GetProperty('responses').EnumerateArray()) { $parts[$part.GetProperty('id').GetString()] = $part }
        $parts.Count | Should -Be 3
        Find-KindDifference $parts['1'].GetProperty('body').GetProperty('value') 'subscribedSku[]' 'skus' | Should -BeNullOrEmpty
        Find-KindDifference $parts['2'].GetProperty('body').GetProperty('value') 'user[]' 'users' | Should -BeNullOrEmpty
        $parts['3'].GetProperty('status').GetInt32() | Should -Be 404
        Find-ShapeDifference $parts['3'].GetProperty('body') 'errorEnvelope' | Should -BeNullOrEmpty
    }
}

Describe 'What the commands send' {
    BeforeAll {
        $domain = (Get-MgLocalTenant).DefaultDomain
        $null = Get-MgLocalTenantRequest -Clear
        $user = New-MgUser -DisplayName 'Sent One' -MailNickname 'sent.one' -UserPrincipalName "sent.one@$domain" -AccountEnabled -UsageLocation gb `
            -PasswordProfile @{ Password = 'xWwvJ]6NMw+bWH-d'; ForceChangePasswordNextSignIn = $true } -Department 'Sales' -BusinessPhones '+44 20 7946 0000'
        Update-MgUser -UserId $user.Id -UsageLocation 'US' -JobTitle 'Buyer' -AccountEnabled:$false
        $sku = (Get-MgSubscribedSku -All | Where-Object { $_.PrepaidUnits.Enabled -gt $_.ConsumedUnits -and $_.ServicePlans.Count -gt 1 })[0]
        $null = Set-MgUserLicense -UserId $user.Id -AddLicenses @{ SkuId = $sku.SkuId; DisabledPlans = $sku.ServicePlans[0].ServicePlanId } -RemoveLicenses @()
        $null = Set-MgUserLicense -UserId $user.Id -AddLicenses @() -RemoveLicenses $sku.SkuId
        $null = Set-MgUserLicense -UserId $user.Id -AddLicenses $sku.SkuPartNumber -UsageLocation DE
    }

    It 'creates a user with properties of a user, and those that creation needs' {
        $sent = @(Get-Sent '/users$' 'POST')
        $sent.Count | Should -Be 1
        $body = ConvertTo-JsonElement $sent[0].Body
        $profileValue = [System.Text.Json.JsonElement]::new()
        $body.TryGetProperty('passwordProfile', [ref] $profileValue) | Should -BeTrue
        Find-ShapeDifference $profileValue 'passwordProfile' | Should -BeNullOrEmpty
        $names = @($body.EnumerateObject() | ForEach-Object Name)
        (Get-ShapeTable).required.newUser | Where-Object { $_ -notin $names } | Should -BeNullOrEmpty
        @(Find-ShapeDifference $body 'user' | Where-Object { $_ -notmatch "no 'passwordProfile'" }) | Should -BeNullOrEmpty
    }

    It 'updates a user with properties of a user' {
        $sent = @(Get-Sent '/users/[^/]+$' 'PATCH')
        $sent.Count | Should -Be 2
        foreach ($one in $sent) { Find-ShapeDifference (ConvertTo-JsonElement $one.Body) 'user' | Should -BeNullOrEmpty }
    }

    It 'changes licences with both lists, ids only' {
        $sent = @(Get-Sent '/assignLicense$' 'POST')
        $sent.Count | Should -Be 3
        foreach ($one in $sent) { Find-ShapeDifference (ConvertTo-JsonElement $one.Body) 'assignLicense' | Should -BeNullOrEmpty }
    }
}

Describe 'The checker itself' {
    It 'finds <Why>' -ForEach @(
        @{ Why = 'a name in another case'; Text = '{"SkuId":"05e9a617-0261-4cee-bb44-138d3ef5d965"}'; Shape = 'assignedLicense'; Says = 'another case' }
        @{ Why = 'an id that is no GUID'; Text = '{"skuId":"SPE_E3","disabledPlans":[]}'; Shape = 'assignedLicense'; Says = 'not of kind guid' }
        @{ Why = 'an id in upper case'; Text = '{"skuId":"05E9A617-0261-4CEE-BB44-138D3EF5D965","disabledPlans":[]}'; Shape = 'assignedLicense'; Says = 'not of kind guid' }
        @{ Why = 'null for a collection'; Text = '{"skuId":null,"disabledPlans":null}'; Shape = 'licenseAssignmentState'; Says = 'Null where a collection' }
        @{ Why = 'a number as text'; Text = '{"enabled":"5"}'; Shape = 'licenseUnitsDetail'; Says = 'not of kind int' }
        @{ Why = 'a time without its zone'; Text = '{"lastUpdatedDateTime":"2026-01-01T00:00:00"}'; Shape = 'licenseAssignmentState'; Says = 'not of kind time' }
        @{ Why = 'a name Graph has not'; Text = '{"state":"Active","errorSubcode":"x"}'; Shape = 'licenseAssignmentState'; Says = "no 'errorSubcode'" }
        @{ Why = 'a list that is missing'; Text = '{"addLicenses":[]}'; Shape = 'assignLicense'; Says = "'removeLicenses' is missing" }
        @{ Why = 'a property given twice'; Text = '{"state":"Active","state":"Error"}'; Shape = 'licenseAssignmentState'; Says = 'comes twice' }
        @{ Why = 'a wrong member deep inside'; Text = '{"assignedLicenses":[{"skuId":7,"disabledPlans":[]}]}'; Shape = 'user'; Says = 'assignedLicenses[0].skuId' }
    ) {
        (Find-ShapeDifference (ConvertTo-JsonElement $Text) $Shape) -join '; ' | Should -Match ([regex]::Escape($Says))
    }
}

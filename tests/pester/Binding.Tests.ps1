# How arguments reach parameters: short names, aliases and habits of scripts, and the two modes of Set-MgUserLicense.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    $e3 = '05e9a617-0261-4cee-bb44-138d3ef5d965'
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
    $ada = 'aaaaaaaa-0000-4000-8000-000000000001'
    $bob = 'aaaaaaaa-0000-4000-8000-000000000002'
    $cy = 'aaaaaaaa-0000-4000-8000-000000000003'
    $eve = 'aaaaaaaa-0000-4000-8000-000000000005'
    $userType = 'Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser'
    $resultType = 'MgLicense.AssignmentResult'
    $dash = [char] 0x2013

    # Runs a line that holds what can't be written in this file, or must not be parsed with it.
    function Invoke-Line {
        param([string] $Line)
        & ([scriptblock]::Create($Line))
    }
}

AfterAll {
    Disconnect-TestTenant
}

Describe 'The commands' {
    It 'are functions, whose private commands nobody sees' {
        (Get-Command Get-MgUser).CommandType | Should -Be 'Function'
        (Get-Command Set-MgUserLicense).CommandType | Should -Be 'Function'
        (Get-Command Connect-MgGraph).CommandType | Should -Be 'Cmdlet'
        Get-Command -Module MgLicense* -Name '*_*' | Should -BeNullOrEmpty
        Get-Command Get-MgUser_List -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'have the aliases of the SDK: <Alias>' -ForEach @(
        @{ Alias = 'Connect-Graph'; Command = 'Connect-MgGraph' }
        @{ Alias = 'Disconnect-Graph'; Command = 'Disconnect-MgGraph' }
        @{ Alias = 'Invoke-GraphRequest'; Command = 'Invoke-MgGraphRequest' }
    ) {
        (Get-Command $Alias).ResolvedCommand.Name | Should -BeExactly $Command
    }
}

Describe 'Names of parameters' {
    BeforeAll {
        $null = Connect-TestTenant -Seed (Get-CompanySeed)
    }

    It 'can be cut short: <Line>' -ForEach @(
        @{ Line = 'Get-MgUser -Cons eventual -Count userCount -Top 1'; Query = @{ '$count' = 'true'; '$top' = '1' } }
        @{ Line = 'Get-MgUser -Prop id -Top 1'; Query = @{ '$select' = 'id'; '$top' = '1' } }
        @{ Line = 'Get-MgUser -Expand memberOf -To 1'; Query = @{ '$expand' = 'memberOf'; '$top' = '1' } }
        @{ Line = 'Get-MgUser -Filt "userType eq ''Guest''"'; Query = @{ '$filter' = "userType eq 'Guest'" } }
        @{ Line = 'Get-MgUser -So displayName'; Query = @{ '$orderby' = 'displayName' } }
        @{ Line = 'Get-MgUser -Sea displayName:Ada -Consist eventual'; Query = @{ '$search' = '"displayName:Ada"' } }
        @{ Line = 'Get-MgUser -Page 2 -Al'; Query = @{ '$top' = '2' } }
        @{ Line = 'Get-MgUser -user ada@contoso.com'; Query = @{} }
        @{ Line = 'Get-MgGroup -Group bbbbbbbb-0000-4000-8000-000000000001'; Query = @{} }
        @{ Line = 'Get-MgGroupMember -Group bbbbbbbb-0000-4000-8000-000000000001 -Count n -Cons eventual'; Query = @{ '$count' = 'true' } }
        @{ Line = 'Get-MgUserLicenseDetail -user bob@contoso.com'; Query = @{} }
        @{ Line = 'Get-MgUserMemberOf -User bob@contoso.com'; Query = @{} }
        @{ Line = 'Get-MgSubscribedSku -Al'; Query = @{} }
    ) {
        $requests = @(Get-SentRequest { Invoke-Line $Line })
        $requests.Count | Should -BeGreaterThan 0
        $options = Get-QueryOption $requests[0]
        $options.Count | Should -Be $Query.Count
        foreach ($name in $Query.Keys) {
            $options[$name] | Should -BeExactly $Query[$name]
        }
        $requests[0].Status | Should -Be 200
    }

    It 'can be cut short on writers: <Line>' -ForEach @(
        @{ Line = 'Set-MgUserLicense -User eve@contoso.com -AddL @{SkuId="f30db892-07e9-47e9-837c-80727f46fd3d"} -Remove @()' }
        @{ Line = 'Set-MgUserLicense -User eve@contoso.com -Body @{addLicenses=@(@{skuId="f30db892-07e9-47e9-837c-80727f46fd3d"});removeLicenses=@()}' }
        @{ Line = 'Set-MgUserLicense -Input @{UserId="eve@contoso.com"} -AddL @{SkuId="f30db892-07e9-47e9-837c-80727f46fd3d"} -Remove @()' }
    ) {
        $request = Get-SentRequest -WriteOnly { Invoke-Line $Line }
        $request.Status | Should -Be 200
        $request.Body | ConvertTo-SortedJson | Should -BeExactly "{`"addLicenses`":[{`"skuId`":`"$flow`"}],`"removeLicenses`":[]}"
    }

    It 'have the aliases of the SDK: <Line>' -ForEach @(
        @{ Line = 'Get-MgUser -Select id -Limit 2 -OrderBy displayName'; Query = @{ '$select' = 'id'; '$top' = '2'; '$orderby' = 'displayName' } }
        @{ Line = 'Get-MgUser -Expand memberOf -CV n -ConsistencyLevel eventual'; Query = @{ '$expand' = 'memberOf'; '$count' = 'true' } }
        @{ Line = 'Get-MgUser -UserId ada@contoso.com -Select id -RHV headers'; Query = @{ '$select' = 'id' } }
    ) {
        $requests = @(Get-SentRequest { Invoke-Line $Line })
        $options = Get-QueryOption $requests[0]
        $options.Count | Should -Be $Query.Count
        foreach ($name in $Query.Keys) {
            $options[$name] | Should -BeExactly $Query[$name]
        }
    }

    It 'can be in any case' {
        (Get-MgUser -USERID ada@contoso.com -property displayname).DisplayName | Should -Be 'Ada Archer'
        (get-mguser -userid ada@contoso.com).DisplayName | Should -Be 'Ada Archer'
    }

    It 'can begin with an en dash' {
        (Invoke-Line "Get-MgUser ${dash}UserId ada@contoso.com ${dash}Property DisplayName").DisplayName | Should -Be 'Ada Archer'
    }

    It 'must be named: <Line>' -ForEach @(
        @{ Line = 'Get-MgUser ada@contoso.com' }
        @{ Line = 'Update-MgUser ada@contoso.com -UsageLocation GB' }
        @{ Line = 'Remove-MgUser ada@contoso.com' }
        @{ Line = 'Set-MgUserLicense ada@contoso.com -AddLicenses @() -RemoveLicenses @()' }
        @{ Line = 'Get-MgGroupMember bbbbbbbb-0000-4000-8000-000000000001' }
        @{ Line = 'Update-MgUser -UserId ada@contoso.com -AccountEnabled $true' }
    ) {
        $null = Get-MgLocalTenantRequest -Clear
        (Invoke-Recorded { Invoke-Line $Line }).Thrown.FullyQualifiedErrorId | Should -Match '^PositionalParameterNotFound,'
        Get-MgLocalTenantRequest | Should -BeNullOrEmpty
    }

    It 'belong to their sets: <Line>' -ForEach @(
        @{ Line = 'Get-MgUser -UserId ada@contoso.com -Top 1'; Id = 'AmbiguousParameterSet' }
        @{ Line = 'Get-MgUser -UserId ada@contoso.com -Filter x'; Id = 'AmbiguousParameterSet' }
        @{ Line = 'Get-MgUser -UserId ada@contoso.com -ConsistencyLevel eventual'; Id = 'AmbiguousParameterSet' }
        @{ Line = 'Get-MgUser -Skip 1'; Id = 'NamedParameterNotFound' }
        @{ Line = 'Get-MgSubscribedSku -ConsistencyLevel eventual'; Id = 'NamedParameterNotFound' }
        @{ Line = 'Get-MgOrganization -ConsistencyLevel eventual'; Id = 'NamedParameterNotFound' }
        @{ Line = 'Update-MgUser -UserId ada@contoso.com -UsageLocation GB -PassThru'; Id = 'NamedParameterNotFound' }
    ) {
        $null = Get-MgLocalTenantRequest -Clear
        (Invoke-Recorded { Invoke-Line $Line }).Thrown.FullyQualifiedErrorId | Should -Match "^$Id,"
        Get-MgLocalTenantRequest | Should -BeNullOrEmpty
    }

    It 'take an identity from a hashtable and from the pipeline' {
        (Get-MgUser -InputObject @{ UserId = 'ada@contoso.com' }).DisplayName | Should -Be 'Ada Archer'
        (@{ userid = 'ada@contoso.com' } | Get-MgUser).DisplayName | Should -Be 'Ada Archer'
        (Get-MgGroup -InputObject @{ GroupId = 'bbbbbbbb-0000-4000-8000-000000000001' }).DisplayName | Should -Be 'Staff'
        (Get-MgDomain -InputObject @{ DomainId = 'contoso.com' }).Id | Should -Be 'contoso.com'
        $tenant = (Get-MgOrganization).Id
        (Get-MgSubscribedSku -InputObject @{ SubscribedSkuId = "${tenant}_$e5" }).SkuPartNumber | Should -Be 'SPE_E5'
        $detail = Get-MgUserLicenseDetail -UserId bob@contoso.com
        (Get-MgUserLicenseDetail -InputObject @{ UserId = 'bob@contoso.com'; LicenseDetailsId = $detail.Id }).SkuPartNumber | Should -Be 'SPE_E3'
    }

    It 'take a piped identity for writers' {
        @{ UserId = 'eve@contoso.com' } | Update-MgUser -JobTitle Clerk
        (Get-MgUser -UserId eve@contoso.com).JobTitle | Should -Be 'Clerk'
        @{ UserId = 'eve@contoso.com' } | Update-MgUser -BodyParameter @{ jobTitle = 'Lead' }
        (Get-MgUser -UserId eve@contoso.com).JobTitle | Should -Be 'Lead'
        @{ jobTitle = 'Head' } | Update-MgUser -UserId eve@contoso.com
        (Get-MgUser -UserId eve@contoso.com).JobTitle | Should -Be 'Head'
    }
}

Describe 'Set-MgUserLicense as in the SDK' {
    BeforeAll {
        $null = Connect-TestTenant -Seed (Get-CompanySeed)
        $identity = [Microsoft.Graph.PowerShell.Models.UsersActionsIdentity] @{ UserId = 'ada@contoso.com' }
        $otherIdentity = [Microsoft.Graph.PowerShell.Models.UsersIdentity] @{ UserId = 'ada@contoso.com' }
    }

    It '<Name> acts at once and writes the user' -ForEach @(
        @{ Name = '-UserId with an id'; Call = { Set-MgUserLicense -UserId $ada -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = '-UserId with a user principal name'; Call = { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = 'a piped hashtable with UserId'; Call = { @{ UserId = $ada } | Set-MgUserLicense -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = 'a piped hashtable with userid in another case'; Call = { @{ userid = $ada } | Set-MgUserLicense -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = 'a piped identity object'; Call = { $identity | Set-MgUserLicense -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = 'a piped identity object of another module'; Call = { $otherIdentity | Set-MgUserLicense -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = '-InputObject with a hashtable'; Call = { Set-MgUserLicense -InputObject @{ UserId = $ada } -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = '-InputObject with an identity object'; Call = { Set-MgUserLicense -InputObject $identity -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = '-BodyParameter'; Call = { Set-MgUserLicense -UserId $ada -BodyParameter @{ addLicenses = @(@{ skuId = $flow }); removeLicenses = @() } } }
        @{ Name = 'a piped body'; Call = { @{ addLicenses = @(@{ skuId = $flow }); removeLicenses = @() } | Set-MgUserLicense -UserId $ada } }
        @{ Name = 'a piped body of JSON text'; Call = { "{`"addLicenses`":[{`"skuId`":`"$flow`"}],`"removeLicenses`":[]}" | Set-MgUserLicense -UserId $ada } }
        @{ Name = '-InputObject and -BodyParameter'; Call = { Set-MgUserLicense -InputObject @{ UserId = $ada } -BodyParameter @{ addLicenses = @(@{ skuId = $flow }); removeLicenses = @() } } }
        @{ Name = 'a piped identity and -BodyParameter'; Call = { @{ UserId = $ada } | Set-MgUserLicense -BodyParameter @{ addLicenses = @(@{ skuId = $flow }); removeLicenses = @() } } }
    ) {
        $null = Get-MgLocalTenantRequest -Clear
        $output = @(& $Call)
        $output | Should -HaveCount 1
        $output[0].GetType().FullName | Should -BeExactly $userType
        $output[0].Id | Should -Be $ada
        $request = Get-MgLocalTenantRequest -WriteOnly
        @($request) | Should -HaveCount 1
        $request.Body | ConvertTo-SortedJson | Should -BeExactly "{`"addLicenses`":[{`"skuId`":`"$flow`"}],`"removeLicenses`":[]}"
        Get-RequestHeader $request 'UserId' | Should -BeNullOrEmpty
        Get-RequestHeader $request 'addLicenses' | Should -BeNullOrEmpty
    }

    It 'writes a user for each of several piped identities' {
        $output = @(@{ UserId = $ada }, @{ UserId = $eve } | Set-MgUserLicense -AddLicenses @{ SkuId = $flow } -RemoveLicenses @())
        $output.Id | Should -Be @($ada, $eve)
        $output[0].GetType().FullName | Should -BeExactly $userType
    }

    It 'takes a piped object for the body where -UserId says whom it is about, and nothing else for it' {
        $null = Get-MgLocalTenantRequest -Clear
        $body = [pscustomobject]@{ addLicenses = @(@{ skuId = $flow }); removeLicenses = @() }
        ($body | Set-MgUserLicense -UserId $ada).Id | Should -Be $ada
        Get-LicenseBody | ConvertTo-SortedJson | Should -BeExactly "{`"addLicenses`":[{`"skuId`":`"$flow`"}],`"removeLicenses`":[]}"

        $null = Get-MgLocalTenantRequest -Clear
        foreach ($odd in $body, 5, 'ada@contoso.com', (Get-MgUser -UserId $ada)) {
            $outcome = Invoke-Recorded { $odd | Set-MgUserLicense -UserId $ada -AddLicenses $flow }
            $outcome.Errors.FullyQualifiedErrorId | Should -BeExactly 'InputObjectNotBound,Set-MgUserLicense'
            $outcome.Errors[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
            $outcome.Errors[0].TargetObject | Should -Be $odd
            $outcome.Output | Should -BeNullOrEmpty
        }
        Get-LicenseBody | Should -BeNullOrEmpty
    }

    It 'refuses a hashtable that names nobody' {
        $null = Get-MgLocalTenantRequest -Clear
        $thrown = (Invoke-Recorded { @{ Nobody = 1 } | Set-MgUserLicense -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() }).Thrown
        $thrown.Exception.Message | Should -BeExactly 'InputObject has null value for InputObject.UserId'
        Get-MgLocalTenantRequest | Should -BeNullOrEmpty
    }

    It 'takes the location in the same call, upper-cased and only where it differs' {
        $lines = { Get-MgLocalTenantRequest -WriteOnly | ForEach-Object { "$($_.Method) $($_.Body)" } }
        $null = Get-MgLocalTenantRequest -Clear
        $output = Set-MgUserLicense -UserId $cy -AddLicenses @{ SkuId = $flow } -UsageLocation gb
        $output.GetType().FullName | Should -BeExactly $userType
        $sent = @(& $lines)
        $sent | Should -HaveCount 2
        $sent[0] | Should -BeExactly 'PATCH {"usageLocation":"GB"}'
        $sent[1] | Should -Match '^POST '
        $null = Get-MgLocalTenantRequest -Clear
        $null = Set-MgUserLicense -UserId $cy -AddLicenses @{ SkuId = $e5 } -UsageLocation GB
        @(& $lines) | Should -HaveCount 1
        (Get-MgUser -UserId $cy -Property UsageLocation).UsageLocation | Should -BeExactly 'GB'
    }

    It 'refuses UK and names the code that is meant' {
        $null = Get-MgLocalTenantRequest -Clear
        $recorded = Invoke-Recorded { Set-MgUserLicense -UserId $cy -AddLicenses @{ SkuId = $flow } -UsageLocation UK }
        $recorded.Output | Should -HaveCount 0
        $recorded.Errors[0].Exception.Message | Should -Match 'GB'
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeExactly 'InvalidUsageLocation,Microsoft.Graph.PowerShell.Cmdlets.SetMgUserLicense_AssignExpanded'
        Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
    }

    It 'warns of two letters that are no country, and lets the service decide' {
        $recorded = Invoke-Recorded { Set-MgUserLicense -UserId $cy -AddLicenses @{ SkuId = $flow } -UsageLocation XK }
        @($recorded.Warnings) | Should -HaveCount 1
        $recorded.Warnings[0] | Should -Match 'XK'
    }
}

Describe 'Set-MgUserLicense for many' {
    BeforeEach {
        $null = Connect-TestTenant -Seed (Get-CompanySeed)
    }

    It '<Name> gives one result' -ForEach @(
        @{ Name = 'a piped user'; Call = { Get-MgUser -UserId $ada | Set-MgUserLicense -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = 'a piped id'; Call = { $ada | Set-MgUserLicense -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = 'a piped Guid'; Call = { [guid] $ada | Set-MgUserLicense -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() } }
        @{ Name = 'a piped user principal name'; Call = { 'ada@contoso.com' | Set-MgUserLicense -AddLicenses SPE_E3, FLOW_FREE } }
        @{ Name = 'a line of a CSV file'; Call = { "UserPrincipalName`nada@contoso.com" | ConvertFrom-Csv | Set-MgUserLicense -AddLicenses FLOW_FREE } }
        @{ Name = 'an object with UserId'; Call = { [pscustomobject]@{ UserId = $ada } | Set-MgUserLicense -AddLicenses FLOW_FREE } }
        @{ Name = '-InputObject with a user'; Call = { Set-MgUserLicense -InputObject (Get-MgUser -UserId $ada) -AddLicenses FLOW_FREE } }
        @{ Name = '-InputObject with text'; Call = { Set-MgUserLicense -InputObject ada@contoso.com -AddLicenses FLOW_FREE } }
        @{ Name = 'a hashtable without UserId'; Call = { @{ UserPrincipalName = 'ada@contoso.com' } | Set-MgUserLicense -AddLicenses FLOW_FREE } }
    ) {
        $output = @(& $Call)
        $output | Should -HaveCount 1
        $output[0].GetType().FullName | Should -BeExactly $resultType
        $output[0].Row | Should -Be 1
        $output[0].UserId | Should -Be $ada
        $output[0].UserPrincipalName | Should -Be 'ada@contoso.com'
        $output[0].Status | Should -BeExactly 'Changed'
        $output[0].Added.SkuPartNumber | Should -Contain 'FLOW_FREE'
        $output[0].Error | Should -BeNullOrEmpty
        Get-Held 'ada@contoso.com' | Should -Match 'FLOW_FREE'
    }

    It 'looks for UserId, then Id, then UserPrincipalName' {
        $rows = @(
            [pscustomobject]@{ UserId = $ada; Id = $bob; UserPrincipalName = 'eve@contoso.com' }
            [pscustomobject]@{ UserId = ' '; Id = $bob; UserPrincipalName = 'eve@contoso.com' }
            [pscustomobject]@{ UserId = $null; Id = ''; UserPrincipalName = 'eve@contoso.com' }
        )
        $output = @($rows | Set-MgUserLicense -AddLicenses FLOW_FREE | Sort-Object Row)
        $output.UserId | Should -Be @($ada, $bob, $eve)
        $output.Row | Should -Be @(1, 2, 3)
    }

    It 'numbers the rows of a list' {
        $output = @(Get-MgUser -Filter "department eq 'Finance'" | Set-MgUserLicense -AddLicenses FLOW_FREE -RemoveLicenses @() | Sort-Object Row)
        $output.Row | Should -Be @(1, 2)
        $output.UserPrincipalName | Should -Be @('ada@contoso.com', 'bob@contoso.com')
        $output.Status | Should -Be @('Changed', 'Changed')
    }

    It 'gives each row what its columns say, where blank means not given and ; separates' {
        $rows = @'
UserPrincipalName,UsageLocation,AddLicenses,RemoveLicenses,DisabledPlans
ada@contoso.com,,SPE_E5,,SWAY; YAMMER_ENTERPRISE
bob@contoso.com,us, SPE_E5 ; FLOW_FREE ,SPE_E3,
cy@contoso.com,gb,FLOW_FREE,,
'@ | ConvertFrom-Csv
        $output = @($rows | Set-MgUserLicense | Sort-Object Row)
        $output.Status | Should -Be @('Changed', 'Changed', 'Changed')

        Get-Held 'ada@contoso.com' | Should -BeExactly 'SPE_E5'
        Get-PlanOff -UserId ada@contoso.com -SkuId $e5 | Should -Be @('7547a3fe-08ee-4ccb-b430-5077c5041653', 'a23b959c-7ce8-4e57-9140-b90eb88a9e97')
        Get-Held 'bob@contoso.com' | Should -BeExactly 'FLOW_FREE SPE_E5'
        (Get-MgUser -UserId bob@contoso.com -Property UsageLocation).UsageLocation | Should -BeExactly 'US'
        $output[1].UsageLocationBefore | Should -Be 'GB'
        $output[1].UsageLocationAfter | Should -Be 'US'
        $output[1].Removed.SkuPartNumber | Should -Be 'SPE_E3'
        Get-Held 'cy@contoso.com' | Should -BeExactly 'FLOW_FREE'
        (Get-MgUser -UserId cy@contoso.com -Property UsageLocation).UsageLocation | Should -BeExactly 'GB'
    }

    It 'lets the column of a row come before the parameter, and the parameter stand in for a blank cell' {
        $rows = @'
UserPrincipalName,AddLicenses
ada@contoso.com,SPE_E5
eve@contoso.com,
'@ | ConvertFrom-Csv
        $null = $rows | Set-MgUserLicense -AddLicenses FLOW_FREE
        Get-Held 'ada@contoso.com' | Should -BeExactly 'SPE_E5'
        Get-Held 'eve@contoso.com' | Should -BeExactly 'FLOW_FREE'
    }

    It 'does not take what a user has for what is wished' {
        $users = Get-MgUser -Filter "department eq 'Finance'" -Property Id, UserPrincipalName, UsageLocation, AssignedLicenses
        $null = Get-MgLocalTenantRequest -Clear
        $null = $users | Set-MgUserLicense -AddLicenses FLOW_FREE
        foreach ($body in Get-LicenseBody) {
            $body | ConvertTo-SortedJson | Should -BeExactly "{`"addLicenses`":[{`"disabledPlans`":[],`"skuId`":`"$flow`"}],`"removeLicenses`":[]}"
        }
        Get-Held 'bob@contoso.com' | Should -BeExactly 'FLOW_FREE SPE_E3'
    }

    It 'fails a wrong row alone' {
        $recorded = Invoke-Recorded { 'ada@contoso.com', 'nobody@contoso.com', 'cy@contoso.com', 'eve@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE }
        $recorded.Thrown | Should -BeNullOrEmpty
        $results = $recorded.Output | Sort-Object Row
        $results.Row | Should -Be @(1, 2, 3, 4)
        $results.Status | Should -Be @('Changed', 'Failed', 'Failed', 'Changed')
        $results[1].UserId | Should -Be 'nobody@contoso.com'
        $results[1].Error | Should -Match 'does not exist'
        $results[1].ErrorId | Should -BeExactly 'Request_ResourceNotFound'
        $results[2].Error | Should -Match 'invalid usage location'
        $recorded.Errors | Should -HaveCount 2
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeExactly 'Request_ResourceNotFound,Microsoft.Graph.PowerShell.Cmdlets.SetMgUserLicense_AssignViaIdentityExpanded'
        $recorded.Errors[0].TargetObject | Should -Be 'nobody@contoso.com'
        Get-SeatsUsed FLOW_FREE | Should -Be 2
    }

    It 'stops at a wrong row with -ErrorAction Stop, before anything is changed' {
        $recorded = Invoke-Recorded { 'ada@contoso.com', 'cy@contoso.com', 'eve@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE -ErrorAction Stop }
        $recorded.Thrown.FullyQualifiedErrorId | Should -Match '^Request_BadRequest,'
        # A wrong row shows before the first change, so nothing is changed.
        Get-LicenseBody | Should -BeNullOrEmpty
    }

    It 'fails a row that names nobody, and says so' {
        $recorded = Invoke-Recorded { "UserPrincipalName,AddLicenses`n,FLOW_FREE`neve@contoso.com,FLOW_FREE" | ConvertFrom-Csv | Set-MgUserLicense }
        ($recorded.Output | Sort-Object Row).Status | Should -Be @('Failed', 'Changed')
        $recorded.Errors | Should -HaveCount 1
        $recorded.Errors[0].Exception.Message | Should -Match 'UserPrincipalName'
        $recorded = Invoke-Recorded { '', 'ada@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE }
        $first = $recorded.Output | Where-Object Row -EQ 1
        $first.Status | Should -Be 'Failed'
        $first.ErrorId | Should -BeExactly 'NoUser'
    }

    It 'fails a row whose location is none, before its licences change' {
        $recorded = Invoke-Recorded { "UserPrincipalName,UsageLocation`ncy@contoso.com,UK`neve@contoso.com,FR" | ConvertFrom-Csv | Set-MgUserLicense -AddLicenses FLOW_FREE }
        ($recorded.Output | Sort-Object Row).Status | Should -Be @('Failed', 'Changed')
        ($recorded.Output | Where-Object Row -EQ 1).Error | Should -Match 'GB'
        (Get-MgUser -UserId cy@contoso.com -Property UsageLocation).UsageLocation | Should -BeNullOrEmpty
        (Get-MgUser -UserId eve@contoso.com -Property UsageLocation).UsageLocation | Should -BeExactly 'FR'
    }

    It 'licenses a user who was just created, in one pipeline' {
        $output = New-MgUser -DisplayName Lin -UserPrincipalName lin@contoso.com -MailNickname lin -AccountEnabled -UsageLocation GB `
            -PasswordProfile @{ Password = 'xWwvJ]6NMw+bWH-d' } | Set-MgUserLicense -AddLicenses SPE_E5
        $output.Status | Should -BeExactly 'Changed'
        Get-Held 'lin@contoso.com' | Should -BeExactly 'SPE_E5'
    }
}

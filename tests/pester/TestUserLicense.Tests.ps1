# What licensing has beyond the SDK: a look ahead, a removal that ends where it should, the location in the same call,
# and names where ids go.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
    $e3 = '05e9a617-0261-4cee-bb44-138d3ef5d965'
    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    $visio = 'c5928f49-12ba-48f7-ada3-0d743a3601d5'

    function New-ProductSeed {
        @{
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
            subscribedSkus = @(
                @{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 10 } }
                @{ skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 10 } }
                @{ skuPartNumber = 'STANDARDPACK'; prepaidUnits = @{ enabled = 10 } }
                @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 10 } }
                @{ skuPartNumber = 'MCOEV'; prepaidUnits = @{ enabled = 10 } }
                @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 1 } }
                @{ skuPartNumber = 'EXCHANGEENTERPRISE'; prepaidUnits = @{ enabled = 2 } }
            )
            users          = @(
                @{ userPrincipalName = 'ada@contoso.com'; displayName = 'Ada'; usageLocation = 'GB' }
                @{ userPrincipalName = 'bob@contoso.com'; displayName = 'Bob'; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT' }, @{ skuPartNumber = 'SPE_E3'; disabledPlans = @('SWAY') }) }
                @{ userPrincipalName = 'cy@contoso.com'; displayName = 'Cy' }
                @{ userPrincipalName = 'dee@contoso.com'; displayName = 'Dee'; usageLocation = 'DE'; assignedLicenses = @(@{ skuPartNumber = 'STANDARDPACK' }) }
            )
        }
    }

    function Get-Certain { param($Test) @($Test.Reasons | Where-Object Certainty -EQ 'Certain') }
}

AfterAll { Disconnect-TestTenant }

Describe 'Test-MgUserLicense' {
    BeforeAll { $null = Connect-TestTenant (New-ProductSeed) }
    AfterAll { Get-WriteLine | Should -BeNullOrEmpty -Because 'a test writes nothing' }

    It 'says that a change will succeed, with nothing against it' {
        $test = Test-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = $e5; DisabledPlans = 'SWAY' } -RemoveLicenses @()

        $test.PSTypeNames[0] | Should -Be 'MgLicense.LicenseTest'
        $test.UserPrincipalName | Should -Be 'ada@contoso.com'
        $test.UserId | Should -Be (Get-MgUser -UserId ada@contoso.com).Id
        $test.WillSucceed | Should -BeTrue
        $test.Reasons | Should -BeNullOrEmpty
    }

    It 'foresees with certainty: <Name>' -ForEach @(
        @{ Name = 'no usage location'; User = 'cy@contoso.com'; Change = @{ AddLicenses = 'FLOW_FREE' }; Message = 'License assignment cannot be done for user with invalid usage location.'; Action = 'usage location'; Part = $null }
        @{ Name = 'no seat'; User = 'ada@contoso.com'; Change = @{ AddLicenses = 'VISIOCLIENT' }; Message = 'Subscription with SKU c5928f49-12ba-48f7-ada3-0d743a3601d5 does not have any available licenses.'; Action = 'VISIOCLIENT'; Part = 'VISIOCLIENT' }
        @{ Name = 'a product the tenant does not own'; User = 'ada@contoso.com'; Change = @{ AddLicenses = 'ENTERPRISEPACK' }; Message = 'License 6fd2c87f-b296-42f0-b197-1e91e994b900 does not correspond to a valid company License.'; Action = 'Get-MgSubscribedSku'; Part = 'ENTERPRISEPACK' }
        @{ Name = 'a removal of what is not held'; User = 'ada@contoso.com'; Change = @{ RemoveLicenses = 'FLOW_FREE' }; Message = 'User does not have a corresponding license.'; Action = 'FLOW_FREE'; Part = 'FLOW_FREE' }
        @{ Name = 'no change'; User = 'ada@contoso.com'; Change = @{ AddLicenses = @(); RemoveLicenses = @() }; Message = 'No license changes provided*'; Action = '-Property'; Part = $null }
        @{ Name = 'a user nobody knows'; User = 'nobody@contoso.com'; Change = @{ AddLicenses = 'FLOW_FREE' }; Message = "Resource 'nobody@contoso.com' does not exist*"; Action = 'id'; Part = $null }
    ) {
        $test = Test-MgUserLicense -UserId $User @Change

        $test.WillSucceed | Should -BeFalse
        $test.Reasons | Should -HaveCount 1
        $test.Reasons[0].Certainty | Should -Be 'Certain'
        $test.Reasons[0].Message | Should -BeLike $Message
        $test.Reasons[0].Action | Should -Match $Action
        $test.Reasons[0].SkuPartNumber | Should -Be $Part
        Test-MgUserLicense -UserId $User @Change -Quiet | Should -BeExactly $false
    }

    It 'foresees a plan that is not in the product, with its name' {
        $test = Test-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = 'SPE_E5'; DisabledPlans = 'KAIZALA_O365_P3', 'SWAY' }
        $test.WillSucceed | Should -BeFalse
        $test.Reasons.Plans | Should -Be 'KAIZALA_O365_P3'
        $test.Reasons.SkuId | Should -Be $e5
    }

    It 'names everything that stands against a change, not only the first' {
        $test = Test-MgUserLicense -UserId cy@contoso.com -AddLicenses 'VISIOCLIENT', 'ENTERPRISEPACK' -RemoveLicenses 'FLOW_FREE'
        (Get-Certain $test).Message | Should -HaveCount 4
        $messages = (Get-Certain $test).Message -join "`n"
        $messages | Should -Match 'invalid usage location'
        $messages | Should -Match 'does not have any available licenses'
        $messages | Should -Match 'does not correspond to a valid company License'
        $messages | Should -Match 'does not have a corresponding license'
    }

    It 'only warns of what tables say that may be stale: <Name>' -ForEach @(
        @{ Name = 'a plan without the one it depends on'; User = 'ada@contoso.com'; Change = @{ AddLicenses = 'MCOEV' }; Message = 'License assignment failed because service plan 4828c8ec-dc2e-4779-b502-87ac9ce28ab7 depends on the service plan(s) *' }
        @{ Name = 'plans that exclude each other'; User = 'dee@contoso.com'; Change = @{ AddLicenses = 'SPE_E3' }; Message = 'License assignment failed because service plans * are mutually exclusive*' }
    ) {
        $test = Test-MgUserLicense -UserId $User @Change

        $test.WillSucceed | Should -BeTrue
        @($test.Reasons.Certainty | Sort-Object -Unique) | Should -Be 'Likely'
        @($test.Reasons | Where-Object Message -Like $Message) | Should -Not -BeNullOrEmpty
        Test-MgUserLicense -UserId $User @Change -Quiet | Should -BeExactly $true
    }

    It 'warns of data that goes with the last plan of its kind, and not when another product keeps it' {
        $test = Test-MgUserLicense -UserId dee@contoso.com -RemoveLicenses STANDARDPACK
        $test.WillSucceed | Should -BeTrue
        @($test.Reasons.Certainty | Sort-Object -Unique) | Should -Be 'DataAtRisk'
        ($test.Reasons.Plans -join ' ') | Should -Match 'EXCHANGE_S_STANDARD'

        (Test-MgUserLicense -UserId bob@contoso.com -AddLicenses SPE_E5 -RemoveLicenses SPE_E3).Reasons | Should -BeNullOrEmpty
    }

    It 'counts on the location that would be set first' {
        Test-MgUserLicense -UserId cy@contoso.com -AddLicenses FLOW_FREE -UsageLocation GB -Quiet | Should -BeExactly $true
        $test = Test-MgUserLicense -UserId cy@contoso.com -AddLicenses FLOW_FREE -UsageLocation UK
        $test.WillSucceed | Should -BeFalse
        "$($test.Reasons[0].Message) $($test.Reasons[0].Action)" | Should -MatchExactly '\bGB\b'
    }

    It 'takes what Set-MgUserLicense takes: <Name>' -ForEach @(
        @{ Name = 'a body'; Call = { Test-MgUserLicense -UserId ada@contoso.com -BodyParameter @{ addLicenses = @(@{ skuId = 'c5928f49-12ba-48f7-ada3-0d743a3601d5' }); removeLicenses = @() } } }
        @{ Name = 'an identity'; Call = { Test-MgUserLicense -InputObject @{ UserId = 'ada@contoso.com' } -AddLicenses VISIOCLIENT } }
        @{ Name = 'a piped user'; Call = { Get-MgUser -UserId ada@contoso.com | Test-MgUserLicense -AddLicenses VISIOCLIENT } }
        @{ Name = 'a piped name'; Call = { 'ada@contoso.com' | Test-MgUserLicense -AddLicenses VISIOCLIENT } }
        @{ Name = 'a row with columns'; Call = { [pscustomobject]@{ UserPrincipalName = 'ada@contoso.com'; AddLicenses = 'VISIOCLIENT' } | Test-MgUserLicense } }
    ) {
        $test = & $Call
        $test.UserPrincipalName | Should -Be 'ada@contoso.com'
        $test.WillSucceed | Should -BeFalse
        $test.Reasons.SkuPartNumber | Should -Be 'VISIOCLIENT'
    }

    It 'has the parameters of Set-MgUserLicense that say what is wished' {
        $own = (Get-Command Test-MgUserLicense).Parameters.Keys
        $theirs = (Get-Command Set-MgUserLicense).Parameters.Keys | Where-Object {
            $_ -notin 'WhatIf', 'Confirm', 'Force', 'NoPreflight', 'Break', 'HttpPipelineAppend', 'HttpPipelinePrepend', 'Proxy', 'ProxyCredential', 'ProxyUseDefaultCredentials'
        }
        $theirs | Where-Object { $_ -notin $own } | Should -BeNullOrEmpty
        $own | Should -Contain 'Quiet'
    }

    It 'gives one object per user, in their order, and lets rows share the seats' {
        $tests = 'ada@contoso.com', 'cy@contoso.com', 'dee@contoso.com', 'bob@contoso.com' |
            Test-MgUserLicense -AddLicenses EXCHANGEENTERPRISE -UsageLocation GB
        $tests.UserPrincipalName | Should -Be 'ada@contoso.com', 'cy@contoso.com', 'dee@contoso.com', 'bob@contoso.com'
        $tests.WillSucceed | Should -Be $true, $true, $false, $false
        (Get-Certain $tests[2]).Message | Should -BeLike '*does not have any available licenses*'

        'ada@contoso.com', 'cy@contoso.com' | Test-MgUserLicense -AddLicenses EXCHANGEENTERPRISE -UsageLocation GB -Quiet | Should -BeExactly $true
        'ada@contoso.com', 'cy@contoso.com', 'dee@contoso.com' | Test-MgUserLicense -AddLicenses EXCHANGEENTERPRISE -UsageLocation GB -Quiet | Should -BeExactly $false
    }

    It 'is right about each of these changes when they are made' -ForEach @(
        @{ User = 'ada@contoso.com'; Change = @{ AddLicenses = 'SPE_E5' } }
        @{ User = 'ada@contoso.com'; Change = @{ AddLicenses = 'VISIOCLIENT' } }
        @{ User = 'bob@contoso.com'; Change = @{ AddLicenses = 'VISIOCLIENT' } }
        @{ User = 'bob@contoso.com'; Change = @{ AddLicenses = 'SPE_E5'; RemoveLicenses = 'SPE_E3' } }
        @{ User = 'cy@contoso.com'; Change = @{ AddLicenses = 'FLOW_FREE' } }
        @{ User = 'cy@contoso.com'; Change = @{ RemoveLicenses = 'FLOW_FREE' } }
        @{ User = 'dee@contoso.com'; Change = @{ RemoveLicenses = 'STANDARDPACK' } }
    ) {
        $predicted = Test-MgUserLicense -UserId $User @Change -Quiet
        $path = (Get-MgLocalTenant).Path
        $null = Connect-TestTenant (New-ProductSeed)
        $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $User @Change }
        ($outcome.Errors.Count -eq 0) | Should -Be $predicted
        Connect-TestFile $path
    }
}

Describe 'Remove-MgUserLicense' {
    BeforeEach { $null = Connect-TestTenant (New-ProductSeed) }

    It 'takes away a product by <Kind> in one request' -ForEach @(
        @{ Kind = 'part number'; Product = 'SPE_E3' }
        @{ Kind = 'part number in small letters'; Product = 'spe_e3' }
        @{ Kind = 'id'; Product = '05e9a617-0261-4cee-bb44-138d3ef5d965' }
        @{ Kind = 'GUID object'; Product = [guid]'05e9a617-0261-4cee-bb44-138d3ef5d965' }
    ) {
        $result = Remove-MgUserLicense -UserId bob@contoso.com -SkuId $Product -Confirm:$false

        $result.PSTypeNames[0] | Should -Be 'MgLicense.AssignmentResult'
        $result.UserPrincipalName | Should -Be 'bob@contoso.com'
        $result.Status | Should -Be 'Changed'
        $result.Removed.SkuId | Should -Be $e3
        $result.Removed.SkuPartNumber | Should -Be 'SPE_E3'
        Get-LicenseBody | Should -Be "{`"addLicenses`":[],`"removeLicenses`":[`"$e3`"]}"
        Get-Held bob@contoso.com | Should -Be 'VISIOCLIENT'
    }

    It 'takes away everything with -All' {
        $result = Remove-MgUserLicense -UserId bob@contoso.com -All -Confirm:$false
        $result.Removed.SkuPartNumber | Sort-Object | Should -Be 'SPE_E3', 'VISIOCLIENT'
        Get-LicenseBody | Should -HaveCount 1
        Get-Held bob@contoso.com | Should -Be ''
        Get-SeatsUsed VISIOCLIENT | Should -Be 0
    }

    It 'counts what is not held as done, and sends nothing for it' {
        $result = Remove-MgUserLicense -UserId ada@contoso.com -SkuId FLOW_FREE -Confirm:$false
        $result.Status | Should -Be 'Unchanged'
        $result.NotHeld.SkuPartNumber | Should -Be 'FLOW_FREE'
        $result.Error | Should -BeNullOrEmpty
        Get-WriteLine | Should -BeNullOrEmpty

        (Remove-MgUserLicense -UserId ada@contoso.com -All -Confirm:$false).Status | Should -Be 'Unchanged'
    }

    It 'takes rows of a pipeline, one result each, and a wrong one fails alone' {
        $outcome = Invoke-Recorded { 'bob@contoso.com', 'nobody@contoso.com', 'dee@contoso.com' | Remove-MgUserLicense -All -Confirm:$false }
        $results = $outcome.Output | Sort-Object Row
        $results.Status | Should -Be 'Changed', 'Failed', 'Changed'
        $results.Row | Should -Be 1, 2, 3
        $outcome.Errors | Should -HaveCount 1
        $outcome.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Request_ResourceNotFound,*'
        Get-Held dee@contoso.com | Should -Be ''
    }

    It 'asks first, since it takes something away' {
        (Get-Command Remove-MgUserLicense).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be 'High'
    }

    It 'refuses a name that means two products' {
        $outcome = Invoke-Recorded { Remove-MgUserLicense -UserId bob@contoso.com -SkuId MCOPSTN5 -Confirm:$false }
        $outcome.Errors[0].Exception.Message | Should -Match 'd43177b5-475b-4880-92d4-d54c27b5efbd'
        Get-WriteLine | Should -BeNullOrEmpty
    }
}

Describe 'What comes through a group' {
    BeforeEach {
        $seed = New-ProductSeed
        $seed.groups = @(@{ displayName = 'Staff'; securityEnabled = $true; members = @('ada@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'SPE_E3' }) })
        $seed.users[0].licenseAssignmentStates = @(
            @{ skuPartNumber = 'SPE_E3'; assignedByGroup = 'Staff'; state = 'Active'; error = 'None' }
            @{ skuPartNumber = 'FLOW_FREE'; state = 'Active'; error = 'None' }
        )
        $null = Connect-TestTenant $seed
        $staff = (Get-MgGroup -Filter "displayName eq 'Staff'").Id
    }

    It 'stays with Remove-MgUserLicense, is named with its group, and is no failure' {
        $outcome = Invoke-Recorded { Remove-MgUserLicense -UserId ada@contoso.com -SkuId SPE_E3 -Confirm:$false }

        $outcome.Errors | Should -BeNullOrEmpty
        $outcome.Output.Status | Should -Be 'Unchanged'
        $outcome.Output.Kept.SkuPartNumber | Should -Be 'SPE_E3'
        $outcome.Output.Kept.GroupId | Should -Be $staff
        $outcome.Output.Kept.GroupName | Should -Be 'Staff'
        $outcome.Warnings | Should -HaveCount 1
        $outcome.Warnings[0] | Should -Match 'SPE_E3.*Staff'
        Get-WriteLine | Should -BeNullOrEmpty
    }

    It 'stays while -All takes away what was given directly' {
        $result = Remove-MgUserLicense -UserId ada@contoso.com -All -Confirm:$false -WarningAction SilentlyContinue

        $result.Status | Should -Be 'Changed'
        $result.Removed.SkuPartNumber | Should -Be 'FLOW_FREE'
        $result.Kept.SkuPartNumber | Should -Be 'SPE_E3'
        Get-LicenseBody | Should -Be "{`"addLicenses`":[],`"removeLicenses`":[`"$flow`"]}"
        Get-Held ada@contoso.com | Should -Be 'SPE_E3'
    }

    It 'is refused by the service when removed, as Test-MgUserLicense says, and nothing else of the request is done' {
        $text = 'User license is inherited from a group membership and it cannot be removed directly from the user.'
        $test = Test-MgUserLicense -UserId ada@contoso.com -RemoveLicenses SPE_E3, FLOW_FREE
        $test.WillSucceed | Should -BeFalse
        (Get-Certain $test).Message | Should -Be $text
        (Get-Certain $test).SkuPartNumber | Should -Be 'SPE_E3'

        $outcome = Invoke-Recorded { Set-MgUserLicense -UserId ada@contoso.com -RemoveLicenses SPE_E3, FLOW_FREE }
        $outcome.Errors[0].Exception.Message | Should -Be "[Request_BadRequest] : $text"
        Get-Held ada@contoso.com | Should -Be 'FLOW_FREE SPE_E3'
    }

    It 'costs one seat with a direct licence on top, which can be taken away again' {
        Get-SeatsUsed SPE_E3 | Should -Be 2 -Because 'Bob holds the other'
        $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses SPE_E3
        Get-SeatsUsed SPE_E3 | Should -Be 2
        @((Get-MgUser -UserId ada@contoso.com -Property LicenseAssignmentStates).LicenseAssignmentStates | Where-Object SkuId -EQ $e3) | Should -HaveCount 2

        $result = Remove-MgUserLicense -UserId ada@contoso.com -SkuId SPE_E3 -Confirm:$false -WarningAction SilentlyContinue
        $result.Removed.SkuPartNumber | Should -Be 'SPE_E3'
        $result.Kept.GroupName | Should -Be 'Staff'
        Get-Held ada@contoso.com | Should -Be 'FLOW_FREE SPE_E3'
        Get-SeatsUsed SPE_E3 | Should -Be 2
    }
}

Describe '-UsageLocation of Set-MgUserLicense' {
    BeforeEach { $null = Connect-TestTenant (New-ProductSeed) }

    It 'sends no PATCH where the location is right already' {
        $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses FLOW_FREE -UsageLocation gb
        Get-WriteLine | Should -Be 'POST /users/ada@contoso.com/assignLicense'
    }

    It 'sets the location alone in its PATCH, so that synchronised users may be changed too' {
        $null = Set-MgUserLicense -UserId dee@contoso.com -AddLicenses FLOW_FREE -UsageLocation FR
        (Get-MgLocalTenantRequest -WriteOnly)[0].Body | Should -BeExactly '{"usageLocation":"FR"}'
        (Get-MgUser -UserId dee@contoso.com -Property UsageLocation).UsageLocation | Should -Be 'FR'
    }

    It 'warns of a well-formed code that is no listed country, and leaves it to the service' {
        Set-MgLocalTenant -Setting @{ users = @{ unlistedLocation = 'accept' } }
        $outcome = Invoke-Recorded { Set-MgUserLicense -UserId cy@contoso.com -AddLicenses FLOW_FREE -UsageLocation XK }

        $outcome.Errors | Should -BeNullOrEmpty
        $outcome.Warnings | Should -HaveCount 1
        $outcome.Warnings[0] | Should -Match 'XK'
        (Get-MgLocalTenantRequest -WriteOnly)[0].Body | Should -BeExactly '{"usageLocation":"XK"}'
        Get-Held cy@contoso.com | Should -Be 'FLOW_FREE'
    }

    It 'says that the location was set and stays where the licence is refused after it' {
        $outcome = Invoke-Recorded { Set-MgUserLicense -UserId cy@contoso.com -AddLicenses VISIOCLIENT -UsageLocation GB }

        $outcome.Errors | Should -HaveCount 1
        $outcome.Errors[0].Exception.Message | Should -BeLike '*does not have any available licenses*'
        $outcome.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'location was set to GB'
        (Get-MgUser -UserId cy@contoso.com -Property UsageLocation).UsageLocation | Should -Be 'GB'
    }

    It 'assigns nothing where the location is refused' {
        $outcome = Invoke-Recorded { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses FLOW_FREE -UsageLocation XK }
        $outcome.Errors | Should -HaveCount 1
        Get-Held ada@contoso.com | Should -Be ''
        (Get-MgUser -UserId ada@contoso.com -Property UsageLocation).UsageLocation | Should -Be 'GB'
    }

    It 'is told per row in a pipeline, with the location before and after' {
        $rows = [pscustomobject]@{ UserPrincipalName = 'cy@contoso.com'; UsageLocation = 'fr' }, [pscustomobject]@{ UserPrincipalName = 'dee@contoso.com'; UsageLocation = '' }
        $results = $rows | Set-MgUserLicense -AddLicenses FLOW_FREE

        $results.Status | Should -Be 'Changed', 'Changed'
        $results[0].UsageLocationBefore | Should -BeNullOrEmpty
        $results[0].UsageLocationAfter | Should -Be 'FR'
        $results[0].Added.SkuPartNumber | Should -Be 'FLOW_FREE'
        (Get-MgUser -UserId dee@contoso.com -Property UsageLocation).UsageLocation | Should -Be 'DE'
    }
}

Describe 'Names where ids go' {
    It 'mean the same product in any case: <_>' -ForEach 'SPE_E5', 'spe_e5', 'Microsoft 365 E5', 'MICROSOFT 365 E5', '06ebc4ee-1bb5-47dd-8120-11324bc54e06', '06EBC4EE-1BB5-47DD-8120-11324BC54E06' {
        $null = Connect-TestTenant (New-ProductSeed)
        $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses $_ -RemoveLicenses @()
        Get-Held ada@contoso.com | Should -Be 'SPE_E5'
    }

    It 'work for products to remove and for plans, beside ids' {
        $null = Connect-TestTenant (New-ProductSeed)
        $null = Set-MgUserLicense -UserId bob@contoso.com -AddLicenses @{ SkuId = 'SPE_E5'; DisabledPlans = 'sway', '7547a3fe-08ee-4ccb-b430-5077c5041653' } -RemoveLicenses 'SPE_E3', $visio

        Get-LicenseBody | Should -Be ("{`"addLicenses`":[{`"disabledPlans`":[`"a23b959c-7ce8-4e57-9140-b90eb88a9e97`",`"7547a3fe-08ee-4ccb-b430-5077c5041653`"],`"skuId`":`"$e5`"}]," +
            "`"removeLicenses`":[`"$e3`",`"$visio`"]}")
        Get-Held bob@contoso.com | Should -Be 'SPE_E5'
    }

    It 'work in -DisabledPlans, which is about every product to add that says nothing itself' {
        $null = Connect-TestTenant (New-ProductSeed)
        $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses SPE_E5 -DisabledPlans SWAY, yammer_enterprise
        Get-PlanOff ada@contoso.com $e5 | Should -Be '7547a3fe-08ee-4ccb-b430-5077c5041653', 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'
    }

    It 'with blanks and slashes are assigned like any other: <Part>' -ForEach @(
        @{ Part = 'O365_w/o_Teams_Bundle_E3' }
        @{ Part = 'Microsoft_365_ Business_ Premium_(no Teams)' }
        @{ Part = 'Power Pages authenticated users T1_CN_CN' }
    ) {
        $seed = New-ProductSeed
        $seed.subscribedSkus += @{ skuPartNumber = $Part; prepaidUnits = @{ enabled = 5 } }
        $null = Connect-TestTenant $seed
        $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses $Part -RemoveLicenses @()
        Get-Held ada@contoso.com | Should -Be $Part
        $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @() -RemoveLicenses $Part
        Get-Held ada@contoso.com | Should -Be ''
    }

    It 'that mean two products are refused while the tenant owns neither or both, and taken when it owns one' {
        $pair = 'd43177b5-475b-4880-92d4-d54c27b5efbd', '54a152dc-90de-4996-93d2-bc47e670fc06'
        foreach ($owned in @(), @($pair[0]), @($pair[1]), $pair) {
            $seed = New-ProductSeed
            foreach ($id in $owned) { $seed.subscribedSkus += @{ skuId = $id; prepaidUnits = @{ enabled = 5 } } }
            $seed.rules = @{ dependencies = @() }
            $null = Connect-TestTenant $seed
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses MCOPSTN5 -RemoveLicenses @() }
            if (@($owned).Count -eq 1) {
                $outcome.Errors | Should -BeNullOrEmpty
                (Get-MgUser -UserId ada@contoso.com -Property AssignedLicenses).AssignedLicenses.SkuId | Should -Be $owned
            } else {
                $outcome.Output | Should -BeNullOrEmpty
                foreach ($id in $pair) { $outcome.Errors[0].Exception.Message | Should -Match $id }
                $outcome.Errors[0].ErrorDetails.RecommendedAction | Should -Match '\bid\b'
                Get-WriteLine | Should -BeNullOrEmpty
            }
        }
    }

    It 'of the tenant''s own come before those of the public table' {
        $seed = New-ProductSeed
        $own = '12345678-1234-4234-8234-123456789abc'
        $seed.subscribedSkus = @(@{ skuId = $own; skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 5 }; servicePlans = @(@{ servicePlanName = 'SWAY'; servicePlanId = 'aaaaaaaa-0000-4000-8000-00000000000a' }) })
        $seed.users = @(@{ userPrincipalName = 'ada@contoso.com'; displayName = 'Ada'; usageLocation = 'GB' })
        $null = Connect-TestTenant $seed
        $null = Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = 'SPE_E5'; DisabledPlans = 'SWAY' } -RemoveLicenses @()

        $licence = (Get-MgUser -UserId ada@contoso.com -Property AssignedLicenses).AssignedLicenses
        $licence.SkuId | Should -Be $own
        $licence.DisabledPlans | Should -Be 'aaaaaaaa-0000-4000-8000-00000000000a'
    }

    It 'are quoted on Tab where they hold a blank' {
        $seed = New-ProductSeed
        $seed.subscribedSkus += @{ skuPartNumber = 'Power Pages authenticated users T1_CN_CN'; prepaidUnits = @{ enabled = 5 } }
        $null = Connect-TestTenant $seed
        (TabExpansion2 'Set-MgUserLicense -UserId x -AddLicenses Power').CompletionMatches[0].CompletionText | Should -Be "'Power Pages authenticated users T1_CN_CN'"
    }
}

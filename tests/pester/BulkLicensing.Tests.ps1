# A pipeline as one run: what it sends, what it asks, what it says; switching products and single plans; input of all sorts.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'AnsweringShell.psm1')
    Import-TestModule

    function New-CrewSeed {
        param([hashtable] $Seats = @{})
        $enabled = @{ SPE_E3 = 10; SPE_E5 = 10; FLOW_FREE = 10; VISIOCLIENT = 10; EXCHANGEENTERPRISE = 10 }
        foreach ($key in $Seats.Keys) { $enabled[$key] = $Seats[$key] }
        @{
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
            subscribedSkus = @($enabled.Keys | Sort-Object | ForEach-Object { @{ skuPartNumber = $_; prepaidUnits = @{ enabled = $enabled[$_] } } })
            users          = @(
                @{ userPrincipalName = 'ada@contoso.com'; displayName = 'Ada'; usageLocation = 'GB' }
                @{ userPrincipalName = 'bob@contoso.com'; displayName = 'Bob'; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E3'; disabledPlans = @('SWAY', 'FLOW_O365_P2') }, @{ skuPartNumber = 'VISIOCLIENT' }) }
                @{ userPrincipalName = 'cy@contoso.com'; displayName = 'Cy' }
                @{ userPrincipalName = 'dee@contoso.com'; displayName = 'Dee'; usageLocation = 'DE'; assignedLicenses = @(@{ skuPartNumber = 'EXCHANGEENTERPRISE' }) }
            )
            groups         = @(@{ displayName = 'Staff'; securityEnabled = $true })
        }
    }

    function Get-PlanName {
        param([string] $User, [string] $Product)
        $sku = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ $Product
        $off = (Get-MgUser -UserId $User -Property AssignedLicenses).AssignedLicenses.Where({ $_.SkuId -eq $sku.SkuId }).DisabledPlans
        @($sku.ServicePlans.Where({ $_.ServicePlanId -in $off }).ServicePlanName | Sort-Object)
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'A pipeline of Set-MgUserLicense' {
    BeforeEach { $null = Connect-TestTenant (New-CrewSeed) }

    It 'sends one request a user for everything, and the location alone where it differs' {
        $rows = "UserPrincipalName,UsageLocation`nada@contoso.com,GB`ncy@contoso.com,FR`nbob@contoso.com," | ConvertFrom-Csv
        $results = $rows | Set-MgUserLicense -AddLicenses SPE_E5, FLOW_FREE -RemoveLicenses @() | Sort-Object Row

        $results.Status | Should -Be 'Changed', 'Changed', 'Changed'
        $results[2].Added.SkuPartNumber | Should -Be 'SPE_E5', 'FLOW_FREE'
        $results[2].LicensesBefore.SkuPartNumber | Sort-Object | Should -Be 'SPE_E3', 'VISIOCLIENT'
        $results.RequestId | Should -Not -Contain $null
        Get-LicenseBody | Should -HaveCount 3
        @(Get-MgLocalTenantRequest -WriteOnly | Where-Object Method -EQ PATCH | ForEach-Object Body) | Should -Be '{"usageLocation":"FR"}'
    }

    It 'sends nothing for whoever has it already, and keeps the choice of plans of whoever is given it again' {
        $results = 'bob@contoso.com', 'ada@contoso.com' | Set-MgUserLicense -AddLicenses SPE_E3 | Sort-Object Row
        $results.Status | Should -Be 'Unchanged', 'Changed'
        Get-LicenseBody | Should -HaveCount 1
        Get-PlanName bob@contoso.com SPE_E3 | Should -Be 'FLOW_O365_P2', 'SWAY'

        $again = 'bob@contoso.com' | Set-MgUserLicense -AddLicenses SPE_E3 -DisabledPlans @()
        $again.PlanChanges.Enabled | Sort-Object | Should -Be 'FLOW_O365_P2', 'SWAY'
        Get-PlanName bob@contoso.com SPE_E3 | Should -BeNullOrEmpty
    }

    It 'writes nothing when seats are short, and says so; with -Partial the seats go in the order that is said' {
        $null = Connect-TestTenant (New-CrewSeed -Seats @{ FLOW_FREE = 1 })
        $held = Invoke-Recorded { 'dee@contoso.com', 'ada@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE }
        ($held.Output | Sort-Object Row).Status | Should -Be 'NotStarted', 'Failed'
        $held.Errors.FullyQualifiedErrorId.ForEach({ $_.Split(',')[0] }) | Should -Be 'Request_BadRequest', 'SeatsShort'
        $held.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike 'Row 2, ada@contoso.com: *'
        $held.Errors[1].ErrorDetails.RecommendedAction | Should -Match '-Partial'
        $held.Errors[1].Exception.Message | Should -Match 'Nothing was written'
        $supposed = Invoke-Recorded { 'dee@contoso.com', 'ada@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE -WhatIf }
        $supposed.Errors[1].Exception.Message | Should -Match 'Nothing would be written'
        $null = 'dee@contoso.com', 'ada@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE -ErrorAction Ignore -InformationVariable said
        $said[-1].MessageData.Text | Should -Match '2 rows, 0 changed, 1 failed, 1 not started'
        Get-WriteLine | Should -BeNullOrEmpty

        $named = Invoke-Recorded { 'dee@contoso.com', 'ada@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE -Partial Name }
        ($named.Output | Sort-Object Row).Status | Should -Be 'Failed', 'Changed'
        Get-Held ada@contoso.com | Should -Be 'FLOW_FREE'
        (Invoke-Recorded { 'ada@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE -Partial Best }).Errors[0].Exception.Message | Should -Match 'Row, Name, Unlicensed'
    }

    It 'names each user and the change with -WhatIf, and writes nothing' {
        $person = New-AnsweringShell -Module (Get-TestModulePath)
        try {
            $person.UI.Text.Clear()
            $output = Invoke-AnsweringShell $person "'bob@contoso.com', 'dee@contoso.com', 'bob@contoso.com' | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses SPE_E3 -WhatIf"
            $output | Should -BeNullOrEmpty
            $whatIf = @($person.UI.Text -match '^What if')
            $whatIf | Should -HaveCount 1
            $whatIf[0] | Should -Match 'add SPE_E5; remove SPE_E3.*bob@contoso\.com'
            Get-WriteLine | Should -BeNullOrEmpty
        } finally {
            $person.Runspace.Dispose()
        }
    }

    It 'is one read of the products and one change a user for 500 rows' -Tag 'Report89' {
        $seed = New-CrewSeed -Seats @{ FLOW_FREE = 1000 }
        $seed.users = @(1..500 | ForEach-Object { @{ userPrincipalName = "user$_@contoso.com"; displayName = "User $_"; usageLocation = 'GB' } })
        $null = Connect-TestTenant $seed
        $results = 1..500 | ForEach-Object { [pscustomobject]@{ UserPrincipalName = "user$_@contoso.com" } } | Set-MgUserLicense -AddLicenses FLOW_FREE
        @($results | Where-Object Status -EQ Changed) | Should -HaveCount 500
        @(Get-MgLocalTenantRequest | Where-Object { $_.Method -eq 'GET' -and $_.Path -match 'subscribedSkus' }) | Should -HaveCount 1
        Get-LicenseBody | Should -HaveCount 500
    }
}

Describe 'Data at risk' {
    BeforeAll { $person = New-AnsweringShell -Module (Get-TestModulePath) }
    AfterAll { $person.Runspace.Dispose() }
    BeforeEach {
        $null = Connect-TestTenant (New-CrewSeed)
        $person.UI.Questions.Clear()
        $person.UI.Answer = 0
    }

    It 'is asked about once, with whose it is and what goes' {
        $results = Invoke-AnsweringShell $person "'dee@contoso.com', 'bob@contoso.com' | Set-MgUserLicense -RemoveLicenses EXCHANGEENTERPRISE, VISIOCLIENT"
        $person.UI.Questions | Should -HaveCount 1
        $person.UI.Questions[0] | Should -Match 'dee@contoso\.com: .*Exchange plan'
        $person.UI.Questions[0] | Should -Not -Match 'bob@contoso\.com'
        ($results | Sort-Object Row).Status | Should -Be 'Changed', 'Changed'
    }

    It 'stays after a no, and the others are changed' {
        $person.UI.Answer = 1
        $results = Invoke-AnsweringShell $person "'dee@contoso.com', 'bob@contoso.com' | Set-MgUserLicense -RemoveLicenses EXCHANGEENTERPRISE, VISIOCLIENT -ErrorAction SilentlyContinue"
        ($results | Sort-Object Row).Status | Should -Be 'Failed', 'Changed'
        ($results | Where-Object Row -EQ 1).ErrorId | Should -Be 'DataAtRisk'
        Get-Held dee@contoso.com | Should -Be 'EXCHANGEENTERPRISE'
        Get-Held bob@contoso.com | Should -Be 'SPE_E3'
    }

    It 'is not asked about with -Force' {
        $null = Invoke-AnsweringShell $person "'dee@contoso.com' | Set-MgUserLicense -RemoveLicenses EXCHANGEENTERPRISE -Force"
        $person.UI.Questions | Should -BeNullOrEmpty
        Get-Held dee@contoso.com | Should -Be ''
    }

    It 'stays where nobody is there to answer' {
        $results = Invoke-Recorded {
            $shell = [powershell]::Create().AddScript("Import-Module '$(Get-TestModulePath)'; 'dee@contoso.com' | Set-MgUserLicense -RemoveLicenses EXCHANGEENTERPRISE")
            try { $shell.Invoke() } finally { $shell.Dispose() }
        }
        $results.Output.Status | Should -Be 'Failed'
        Get-Held dee@contoso.com | Should -Be 'EXCHANGEENTERPRISE'
    }
}

Describe 'Switch-MgUserLicense' {
    BeforeEach { $null = Connect-TestTenant (New-CrewSeed) }

    It 'switches in one request, keeps other products and the choice of plans, tier by tier' {
        $result = Switch-MgUserLicense -UserId bob@contoso.com -From SPE_E3 -To SPE_E5
        $result.Status | Should -Be 'Changed'
        $result.Added.SkuPartNumber | Should -Be 'SPE_E5'
        $result.Removed.SkuPartNumber | Should -Be 'SPE_E3'
        $result.Notes -join ' ' | Should -Match 'FLOW_O365_P2 was off, so FLOW_O365_P3 is off'
        Get-LicenseBody | Should -HaveCount 1
        Get-Held bob@contoso.com | Should -Be 'SPE_E5 VISIOCLIENT'
        Get-PlanName bob@contoso.com SPE_E5 | Should -Be 'FLOW_O365_P3', 'SWAY'
    }

    It 'leaves alone who lacks the old product, in a pipeline and alone' {
        $results = 'ada@contoso.com', 'bob@contoso.com', 'nobody@contoso.com' | Switch-MgUserLicense -From SPE_E3 -To SPE_E5 -ErrorAction SilentlyContinue | Sort-Object Row
        $results.Status | Should -Be 'Unchanged', 'Changed', 'Failed'
        $results[0].NotHeld.SkuPartNumber | Should -Be 'SPE_E3'
        $results[0].Notes | Should -Be 'The user had no SPE_E3.'
    }

    It 'starts new plans off with -NewPlansOff, and names each change with -WhatIf' {
        $null = Switch-MgUserLicense -UserId bob@contoso.com -From SPE_E3 -To SPE_E5 -WhatIf
        Get-WriteLine | Should -BeNullOrEmpty
        $null = Switch-MgUserLicense -UserId bob@contoso.com -From SPE_E3 -To SPE_E5 -NewPlansOff
        $off = Get-PlanName bob@contoso.com SPE_E5
        $off | Should -Contain 'MCOEV'
        $off | Should -Contain 'SWAY'
        $off | Should -Not -Contain 'TEAMS1'
    }
}

Describe 'Set-MgUserServicePlan' {
    BeforeEach { $null = Connect-TestTenant (New-CrewSeed) }

    It 'turns single plans and restates nothing else' {
        $result = Set-MgUserServicePlan -UserId bob@contoso.com -DisablePlan TEAMS1 -EnablePlan sway
        $result.Status | Should -Be 'Changed'
        $result.PlanChanges.SkuPartNumber | Should -Be 'SPE_E3'
        $result.PlanChanges.Enabled | Should -Be 'SWAY'
        $result.PlanChanges.Disabled | Should -Be 'TEAMS1'
        Get-PlanName bob@contoso.com SPE_E3 | Should -Be 'FLOW_O365_P2', 'TEAMS1'
        Get-Held bob@contoso.com | Should -Be 'SPE_E3 VISIOCLIENT'
        (Set-MgUserServicePlan -UserId bob@contoso.com -DisablePlan TEAMS1).Status | Should -Be 'Unchanged'
    }

    It 'takes a pipeline, and fails who holds no product with the plan' {
        $outcome = Invoke-Recorded { 'bob@contoso.com', 'ada@contoso.com' | Set-MgUserServicePlan -EnablePlan SWAY -SkuId SPE_E3 }
        ($outcome.Output | Sort-Object Row).Status | Should -Be 'Changed', 'Failed'
        $outcome.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PlanNotHeld,*'
        $outcome.Errors[0].TargetObject | Should -Be 'ada@contoso.com'
    }

    It 'says when a plan stays on through a group' {
        $seed = New-CrewSeed
        $seed.groups[0].members = @('ada@contoso.com')
        $seed.groups[0].assignedLicenses = @(@{ skuPartNumber = 'SPE_E3' })
        $seed.users[0].licenseAssignmentStates = @(@{ skuPartNumber = 'SPE_E3'; assignedByGroup = 'Staff'; state = 'Active'; error = 'None' })
        $null = Connect-TestTenant $seed
        $result = Set-MgUserServicePlan -UserId ada@contoso.com -DisablePlan SWAY
        $result.Status | Should -Be 'Unchanged'
        $result.Notes | Should -Be "SWAY stays on: the group 'Staff' gives it with SPE_E3."
        Get-WriteLine | Should -BeNullOrEmpty
    }
}

Describe 'Input of all sorts' {
    It 'takes 45 rows with unknown people, a double, a blank and an id' -Tag 'Report91' {
        $seed = New-CrewSeed -Seats @{ FLOW_FREE = 100 }
        $seed.users = @(1..41 | ForEach-Object { @{ userPrincipalName = "user$_@contoso.com"; displayName = "User $_"; usageLocation = 'GB' } })
        $null = Connect-TestTenant $seed
        $names = @(1..40 | ForEach-Object { "user$_@contoso.com" }) + 'gone1@contoso.com', 'gone2@contoso.com', 'user7@contoso.com', '', (Get-MgUser -UserId user41@contoso.com).Id
        $csv = New-TestPath 'people.csv'
        $names | ForEach-Object { [pscustomobject]@{ UserPrincipalName = $_; Department = 'Finance' } } | Export-Csv -Path $csv -Encoding utf8BOM
        $tests = Import-Csv $csv | Test-MgUserLicense -AddLicenses FLOW_FREE -Summary
        ($tests.Rows, $tests.Users, $tests.ToChange, $tests.Merged, $tests.Blocked) | Should -Be 45, 41, 41, 1, 3

        $outcome = Invoke-Recorded { Import-Csv $csv | Set-MgUserLicense -AddLicenses FLOW_FREE }
        @($outcome.Output | Where-Object Status -EQ Failed | Sort-Object Row).Row | Should -Be 41, 42, 44
        ($outcome.Output | Where-Object Row -EQ 43).SameUserAs | Should -Be 7
        $outcome.Errors | Should -HaveCount 3
        Get-LicenseBody | Should -HaveCount 41
        Get-SeatsUsed FLOW_FREE | Should -Be 41
    }

    It 'takes semicolons, missing columns, and part numbers mixed with ids' {
        $null = Connect-TestTenant (New-CrewSeed)
        $csv = New-TestPath 'people.csv'
        @(
            'UserPrincipalName;AddLicenses;UsageLocation'
            'ada@contoso.com;"flow_free;c5928f49-12ba-48f7-ada3-0d743a3601d5"'
            'cy@contoso.com;FLOW_FREE;fr'
        ) | Set-Content -Path $csv -Encoding utf8BOM
        $results = Import-Csv $csv -Delimiter ';' | Set-MgUserLicense | Sort-Object Row
        $results.Status | Should -Be 'Changed', 'Changed'
        Get-Held ada@contoso.com | Should -Be 'FLOW_FREE VISIOCLIENT'
        Get-Held cy@contoso.com | Should -Be 'FLOW_FREE'
    }

    It 'says of a file without a column for people that its rows name nobody' {
        $null = Connect-TestTenant (New-CrewSeed)
        $outcome = Invoke-Recorded { "Name`nAda`nBob" | ConvertFrom-Csv | Set-MgUserLicense -AddLicenses FLOW_FREE }
        $outcome.Output.ErrorId | Should -Be 'NoUser', 'NoUser'
        $outcome.Errors[0].Exception.Message | Should -Match "UserPrincipalName.* Its columns: 'Name'\."
        Get-WriteLine | Should -BeNullOrEmpty
    }

    It 'says how to read a file that was cut at the wrong character: <Name>' -ForEach @(
        @{ Name = 'semicolons'; Separator = ';'; Typed = "Import-Csv -Delimiter ';'" }
        @{ Name = 'tabs'; Separator = "`t"; Typed = 'Import-Csv -Delimiter "`t"' }
    ) {
        $null = Connect-TestTenant (New-CrewSeed)
        $csv = New-TestPath 'people.csv'
        ('UserPrincipalName', 'UsageLocation' -join $Separator), ('ada@contoso.com', 'GB' -join $Separator) | Set-Content -Path $csv -Encoding utf8BOM
        $outcome = Invoke-Recorded { Import-Csv $csv | Set-MgUserLicense -AddLicenses FLOW_FREE }
        $outcome.Output.ErrorId | Should -Be 'NoUser'
        $outcome.Errors[0].ErrorDetails.RecommendedAction | Should -Match ([regex]::Escape($Typed))
        (Import-Csv $csv | Test-MgUserLicense -AddLicenses FLOW_FREE).Reasons[0].Action | Should -Match ([regex]::Escape($Typed))
        Get-WriteLine | Should -BeNullOrEmpty
    }

    It 'takes identities as the SDK has them between rows, each in its own way' {
        $null = Connect-TestTenant (New-CrewSeed)
        $given = @(
            [pscustomobject]@{ UserPrincipalName = 'ada@contoso.com' }, 'bob@contoso.com', [pscustomobject]@{ UserPrincipalName = 'gone@contoso.com' }
            @{ UserId = 'dee@contoso.com' }
            'ada@contoso.com'
        )
        $outcome = Invoke-Recorded { $given | Set-MgUserLicense -AddLicenses FLOW_FREE -RemoveLicenses @() }
        # The hashtable's user is changed at once, and written as the SDK writes one; the rows around it are one run.
        @($outcome.Output | Where-Object { $_ -isnot [MgLicense.AssignmentResult] }).Id | Should -Be (Get-MgUser -UserId dee@contoso.com).Id
        $results = @($outcome.Output | Where-Object { $_ -is [MgLicense.AssignmentResult] } | Sort-Object Row)
        $results.Row | Should -Be 1, 2, 3, 4
        $results.Status | Should -Be 'Changed', 'Changed', 'Failed', 'Changed'
        $results[3].SameUserAs | Should -Be 1
        Get-Held dee@contoso.com | Should -Be 'EXCHANGEENTERPRISE FLOW_FREE'
        $outcome.Errors | Should -HaveCount 1
    }

    It 'takes <Count> rows about few people, known and unknown, and accounts for each' -ForEach @(
        @{ Count = $env:MGLICENSE_SOAK ? 1000000 : 10000 }
    ) {
        $null = Connect-TestTenant (New-CrewSeed)
        $people = 'ada@contoso.com', 'dee@contoso.com', 'nobody@contoso.com', 'ADA@contoso.com', ''
        # Some of them are lines of a file, as the most are; some are names.
        $rows = foreach ($number in 1..$Count) {
            $name = $people[$number % 5]
            if ($number % 2) { [pscustomobject]@{ UserPrincipalName = $name } } else { $name }
        }
        $counts = @{}
        $next = [System.Collections.Generic.HashSet[int]]::new()
        $rows | Set-MgUserLicense -AddLicenses FLOW_FREE -ErrorAction Ignore -InformationVariable said | ForEach-Object {
            $counts[$_.Status]++
            $null = $next.Add($_.Row)
        }
        $counts['Changed'] | Should -Be ($Count / 5 * 3)
        $counts['Failed'] | Should -Be ($Count / 5 * 2)
        $next.Count | Should -Be $Count -Because 'every row has one result'
        $said[-1].MessageData.Text | Should -Match "$Count rows, $($Count / 5 * 3) changed, $($Count / 5 * 2) failed"
        Get-LicenseBody | Should -HaveCount 2
        Get-SeatsUsed FLOW_FREE | Should -Be 2
    }

    It 'fails alone who <Name> after the reading' -ForEach @(
        @{ Name = 'is deleted'; Status = 404; Code = 'Request_ResourceNotFound'; Message = "Resource 'x' does not exist or one of its queried reference-property objects are not present." }
        @{ Name = 'finds the last seat taken'; Status = 400; Code = 'Request_BadRequest'; Message = 'Subscription with SKU f30db892-07e9-47e9-837c-80727f46fd3d does not have any available licenses.' }
    ) {
        $seed = New-CrewSeed
        $seed.settings = @{ faults = @(@{ on = @{ method = 'POST'; path = '/users/*/assignLicense' }; calls = @(1); status = $Status; code = $Code; message = $Message }) }
        $null = Connect-TestTenant $seed
        $outcome = Invoke-Recorded { 'ada@contoso.com', 'dee@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE }
        @($outcome.Output.Status | Sort-Object) | Should -Be 'Changed', 'Failed'
        $outcome.Errors | Should -HaveCount 1
        $outcome.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Code,*"
        ($outcome.Output | Where-Object Status -EQ Failed).Error | Should -Be $Message
    }
}

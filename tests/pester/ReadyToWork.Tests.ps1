# From a name in a list to somebody who can work: the usage location, and the wait for the services.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    function New-Seed {
        @{
            organization   = @{ displayName = 'Contoso'; countryLetterCode = 'GB' }
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true }, @{ id = 'contoso.de' })
            subscribedSkus = @(
                @{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 10 } }
                @{
                    skuId = '00000000-0000-4000-8000-00000000abcd'; skuPartNumber = 'OUR_OWN'; prepaidUnits = @{ enabled = 9 }
                    servicePlans = @(
                        @{ servicePlanId = '00000000-0000-4000-8000-00000000ab01'; servicePlanName = 'READY'; provisioningStatus = 'Success' }
                        @{ servicePlanId = '00000000-0000-4000-8000-00000000ab02'; servicePlanName = 'ASKS_ADMIN'; provisioningStatus = 'PendingActivation' }
                    )
                }
            )
            users          = @(
                @{ userPrincipalName = 'ada@contoso.com'; country = 'DE' }
                @{ userPrincipalName = 'bob@contoso.com'; country = 'Germany'; onPremisesSyncEnabled = $true }
                @{ userPrincipalName = 'cy@contoso.com'; country = 'Atlantis' }
                @{ userPrincipalName = 'dee@contoso.de'; department = 'Sales'; country = 'US' }
                @{ userPrincipalName = 'eve@contoso.com'; usageLocation = 'FR'; country = 'DE' }
                @{ userPrincipalName = 'fay@contoso.com'; usageLocation = 'GB' }
            )
            groups         = @(
                @{ displayName = 'Paris'; securityEnabled = $true; mailEnabled = $false; members = @('dee@contoso.de') }
            )
        }
    }

    function Get-Location { param($User) (Get-MgUser -UserId $User -Property UsageLocation).UsageLocation }
}

AfterAll { Disconnect-TestTenant }

Describe 'Set-MgUserUsageLocation' {
    BeforeEach { $null = Connect-TestTenant (New-Seed) }

    It 'takes the location from the country by code and by name, and fails alone where that is no country' {
        $recorded = Invoke-Recorded { 'ada@contoso.com', 'bob@contoso.com', 'cy@contoso.com', 'fay@contoso.com' | Set-MgUserUsageLocation -FromCountry }
        Get-Location ada@contoso.com | Should -Be 'DE'
        Get-Location bob@contoso.com | Should -Be 'DE'
        Get-Location cy@contoso.com | Should -BeNullOrEmpty
        $recorded.Output.Row | Sort-Object | Should -Be 1, 2, 3, 4
        ($recorded.Output | Where-Object Row -EQ 3).Status | Should -Be 'Failed'
        ($recorded.Output | Where-Object Row -EQ 3).Error | Should -Match 'Atlantis'
        ($recorded.Output | Where-Object Row -EQ 4).Status | Should -Be 'Unchanged'
        $recorded.Errors.Count | Should -Be 1
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'NoUsageLocation,*'
    }

    It 'says for synchronised accounts that the directory wins' {
        $recorded = Invoke-Recorded { Set-MgUserUsageLocation -UserId ada@contoso.com, bob@contoso.com -FromCountry }
        @($recorded.Warnings).Count | Should -Be 1
        $recorded.Warnings | Should -Match '^1 of the accounts.*it wins at the next synchronisation'
        ($recorded.Output | Where-Object UserPrincipalName -EQ 'bob@contoso.com').Notes | Should -Contain 'The directory on premises wins if it sends a usage location'
        ($recorded.Output | Where-Object UserPrincipalName -EQ 'ada@contoso.com').Notes | Should -Be 'Taken from the country DE'
    }

    It 'sends the location alone, and nothing where it is as wanted' {
        $null = Set-MgUserUsageLocation -UserId bob@contoso.com -UsageLocation gb -WarningAction Ignore
        $null = Set-MgUserUsageLocation -UserId fay@contoso.com -UsageLocation GB
        $writes = @(Get-MgLocalTenantRequest -WriteOnly | Where-Object Method -EQ 'PATCH')
        $writes.Body | Should -Be '{"usageLocation":"GB"}'
    }

    It 'takes a row''s own column first, then the parameter, and replaces what is set' {
        $rows = [pscustomobject]@{ UserPrincipalName = 'eve@contoso.com'; UsageLocation = 'IT' }, [pscustomobject]@{ UserPrincipalName = 'fay@contoso.com'; UsageLocation = '' }
        $results = $rows | Set-MgUserUsageLocation -UsageLocation IE
        $results.UsageLocationAfter | Should -Be 'IT', 'IE'
        $results.UsageLocationBefore | Should -Be 'FR', 'GB'
        $results.Notes | Should -Be 'Taken from the row', 'Taken from the parameter'
    }

    It 'derives by group, department, domain, country and default, in this order' {
        (Set-MgUserUsageLocation -UserId dee@contoso.de -FromCountry -ByDomain @{ 'contoso.de' = 'DE' } -ByDepartment @{ sales = 'NL' } -ByGroup @{ Paris = 'FR' } -WhatIf:$false).Notes | Should -Be 'Taken from the group Paris'
        $null = Connect-TestTenant (New-Seed)
        (Set-MgUserUsageLocation -UserId dee@contoso.de -FromCountry -ByDomain @{ 'contoso.de' = 'DE' } -ByDepartment @{ sales = 'NL' }).UsageLocationAfter | Should -Be 'NL'
        $null = Connect-TestTenant (New-Seed)
        (Set-MgUserUsageLocation -UserId dee@contoso.de -FromCountry -ByDomain @{ 'contoso.de' = 'DE' }).UsageLocationAfter | Should -Be 'DE'
        $null = Connect-TestTenant (New-Seed)
        (Set-MgUserUsageLocation -UserId dee@contoso.de -FromCountry -Default GB).UsageLocationAfter | Should -Be 'US'
        (Set-MgUserUsageLocation -UserId cy@contoso.com -FromCountry -Default GB).UsageLocationAfter | Should -Be 'GB'
    }

    It 'keeps what is set from a derived location, unless told to overwrite' {
        $kept = Set-MgUserUsageLocation -UserId eve@contoso.com -FromCountry
        $kept.Status | Should -Be 'Unchanged'
        $kept.Notes | Should -Match 'says DE; what is set stays without -Overwrite'
        (Set-MgUserUsageLocation -UserId eve@contoso.com -FromCountry -Overwrite).UsageLocationAfter | Should -Be 'DE'
    }

    It 'asks, and writes nothing with -WhatIf' {
        $would = Get-MgUser -All | Set-MgUserUsageLocation -UsageLocation GB -WhatIf
        $would.UserPrincipalName | Should -Be 'fay@contoso.com' -Because 'of the others nothing was done'
        $would.Status | Should -Be 'Unchanged'
        Get-WriteLine | Should -BeNullOrEmpty
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'UK, with the code that is meant'; Arguments = @{ UsageLocation = 'UK' }; Id = 'InvalidUsageLocation'; Message = 'is GB meant' }
        @{ Name = 'to work without any wish'; Arguments = @{}; Id = 'NoUsageLocation'; Message = 'nothing says which usage location' }
        @{ Name = 'a group that is not there'; Arguments = @{ ByGroup = @{ Nowhere = 'GB' } }; Id = 'UnknownGroup'; Message = 'Nowhere' }
    ) {
        $recorded = Invoke-Recorded { Set-MgUserUsageLocation -UserId ada@contoso.com @Arguments }
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $recorded.Errors[0].Exception.Message | Should -Match $Message
        Get-WriteLine | Should -BeNullOrEmpty
    }

    It 'goes on after a user who is not there and a row that names nobody' {
        $recorded = Invoke-Recorded { 'nobody@contoso.com', [pscustomobject]@{ Name = 'x' }, 'ada@contoso.com' | Set-MgUserUsageLocation -UsageLocation GB }
        ($recorded.Output | Sort-Object Row).Status | Should -Be 'Failed', 'Failed', 'Changed'
        $recorded.Errors.Count | Should -Be 2
    }

    It 'changes forty users in as many requests as batches take' {
        $seed = New-Seed
        $seed.groups = @()
        $seed.users = @(1..40 | ForEach-Object { @{ userPrincipalName = "u$_@contoso.com" } })
        $null = Connect-TestTenant $seed
        $users = Get-MgUser -All -PageSize 999
        $null = Get-MgLocalTenantRequest -Clear
        $results = $users | Set-MgUserUsageLocation -UsageLocation GB
        @($results | Where-Object Status -EQ 'Changed').Count | Should -Be 40
        @(Get-MgLocalTenantRequest | Where-Object Path -Match '/\$batch$').Count | Should -Be 4 -Because 'two batches read and two write'
    }
}

Describe 'Wait-MgUserLicense' {
    It 'waits until the services are ready, with progress, and says how long it took' {
        $null = Connect-TestTenant (New-Seed) -Setting @{ lag = @{ provisioningSeconds = 2 } }
        $null = Set-MgUserLicense -UserId fay@contoso.com -AddLicenses SPE_E3 -RemoveLicenses @()
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                    param($module)
                    Import-Module $module
                    $ProgressPreference = 'Continue'
                    Wait-MgUserLicense -UserId fay@contoso.com -IntervalSeconds 0.2 -TimeoutSeconds 60
                }).AddArgument((Get-TestModulePath))
            $wait = $shell.Invoke()
            $shell.Streams.Error | Should -BeNullOrEmpty
            $wait.Status | Should -Be 'Ready'
            $wait.IsReady | Should -BeTrue
            $wait.Pending | Should -BeNullOrEmpty
            $wait.WaitedSeconds | Should -BeGreaterOrEqual 1
            $shell.Streams.Progress.Activity | Should -Contain 'Waiting for services'
            $shell.Streams.Progress.StatusDescription -join "`n" | Should -Match 'waiting for '
        } finally {
            $shell.Dispose()
        }
    }

    It 'says which services are not ready when the time is up' {
        $null = Connect-TestTenant (New-Seed) -Setting @{ lag = @{ provisioningSeconds = 3600 } }
        $null = Set-MgUserLicense -UserId fay@contoso.com -AddLicenses SPE_E3 -RemoveLicenses @()
        $wait = Wait-MgUserLicense -UserId fay@contoso.com -TimeoutSeconds 0
        $wait.Status | Should -Be 'TimedOut'
        ($wait.Pending | Where-Object Name -EQ 'TEAMS1').Status | Should -Be 'PendingInput'
        ($wait.Pending | Where-Object Name -EQ 'TEAMS1').SkuPartNumber | Should -Be 'SPE_E3'
    }

    It 'ends at once where an administrator has to act' {
        $null = Connect-TestTenant (New-Seed)
        $null = Set-MgUserLicense -UserId fay@contoso.com -AddLicenses OUR_OWN -RemoveLicenses @()
        $wait = Wait-MgUserLicense -UserId fay@contoso.com -TimeoutSeconds 600
        $wait.Status | Should -Be 'NeedsAdmin'
        $wait.IsReady | Should -BeFalse
        $wait.NeedsAdmin.Name | Should -Be 'ASKS_ADMIN'
    }

    It 'waits for a product that is not there yet, and says so in the end' {
        $null = Connect-TestTenant (New-Seed)
        $wait = Wait-MgUserLicense -UserId fay@contoso.com -SkuId SPE_E3 -TimeoutSeconds 0.3 -IntervalSeconds 0.1
        $wait.Status | Should -Be 'NotAssigned'
        $wait.Missing.SkuPartNumber | Should -Be 'SPE_E3'
        (Wait-MgUserLicense -UserId fay@contoso.com).Status | Should -Be 'NotAssigned' -Because 'there is nothing to wait for'
    }

    It 'tells a user who is not there, and the others' {
        $null = Connect-TestTenant (New-Seed)
        $null = Set-MgUserLicense -UserId fay@contoso.com -AddLicenses SPE_E3 -RemoveLicenses @()
        $recorded = Invoke-Recorded { 'nobody@contoso.com', 'fay@contoso.com' | Wait-MgUserLicense -TimeoutSeconds 5 }
        $recorded.Output.Status | Should -Be 'Ready'
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Request_ResourceNotFound,*'
    }
}

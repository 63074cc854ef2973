# The command that each finding names: it is run as it stands, and then the finding is gone, or what it is for is shown.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    # Change alters the seed; Before is done once the finding is there, as an admin would; End says what the command is
    # for: Gone, the finding is no more; Shown, the command lists what to act on; Nothing, there is no command.
    $repairs = @(
        @{ Kind = 'GroupError'; End = 'Gone'; Before = { $null = Set-MgLocalTenant -SubscribedSku @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 5 } } } }
        @{ Kind = 'OverAssigned'; End = 'Shown'; Change = { $_.users[1].assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT' }) }; Shows = 'dee@contoso.com' }
        @{ Kind = 'SeatsShort'; End = 'Shown'; Shows = 'dee@contoso.com' }
        @{ Kind = 'Expiring'; End = 'Shown'; Shows = 'SPE_E5' }
        @{ Kind = 'UnusedSeats'; End = 'Shown'; Shows = 'SPE_E5' }
        @{ Kind = 'NoLocation'; End = 'Gone' }
        @{ Kind = 'Hybrid'; End = 'Gone' }
        @{ Kind = 'Disabled'; End = 'Gone' }
        @{ Kind = 'NeverSignedIn'; End = 'Gone'; Change = { $_.users[0].signInActivity = $null; $_.groups[0].members = @() } }
        @{ Kind = 'Inactive'; End = 'Gone'; Change = { $_.groups[0].members = @() } }
        @{ Kind = 'DirectAndGroup'; End = 'Gone' }
        @{
            Kind = 'Redundant'; End = 'Gone'; Change = {
                $larger = (Get-MgLicenseProduct -Name SPE_E5).ServicePlans.Id
                $off = (Get-MgLicenseProduct -Name SPE_E3).ServicePlans.Where({ $_.Id -notin $larger }).Id
                $_.users[0].assignedLicenses = @(@{ skuPartNumber = 'SPE_E5' }, @{ skuPartNumber = 'SPE_E3'; disabledPlans = @($off) })
            }
        }
        @{ Kind = 'LicensedGuest'; End = 'Gone' }
        @{ Kind = 'NotInTenant'; End = 'Gone'; Change = { $_.subscribedSkus[0].removed = $true } }
        @{ Kind = 'Unread'; End = 'Nothing'; Setting = @{ faults = @(@{ on = @{ path = '/users' }; nullProperties = @('licenseAssignmentStates') }) } }
        # The tenant's clock runs here, and the waits are short.
        @{ Kind = 'NotProvisioned'; End = 'Gone'; Change = { $_.Remove('clock') }; Setting = @{ lag = @{ provisioningSeconds = 4 } }; Clock = '50x' }
        @{ Kind = 'SharedMailbox'; End = 'Gone'; Change = { foreach ($user in $_.users) { $user.mailboxSettings = @{ userPurpose = 'user' } }; $_.users[0].mailboxSettings.userPurpose = 'shared' } }
    )
    $kinds = (Get-Command Get-MgLicenseFinding).Parameters['Kind'].Attributes.Where({ $_ -is [ValidateSet] }).ValidValues
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    # Each kind of finding is in it, or one change away. Bob has E3 directly and through Staff; Cy is synced and has no
    # location; Dee is blocked and has the only Visio, for which Eve waits through Art; Gus is a guest in Staff.
    function New-Seed {
        @{
            clock          = '2026-11-25T09:00:00Z'
            organization   = @{ displayName = 'Contoso'; countryLetterCode = 'GB' }
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
            subscribedSkus = @(
                @{ skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 10 } }
                @{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 5 } }
                @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 1 } }
            )
            subscriptions  = @(@{ skuPartNumber = 'SPE_E5'; totalLicenses = 10; status = 'Enabled'; nextLifecycleDateTime = '2026-12-10T00:00:00Z' })
            users          = @(
                @{ userPrincipalName = 'ada@contoso.com'; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E5' }); signInActivity = @{ lastSignInDateTime = '2026-11-20T08:00:00Z' } }
                @{ userPrincipalName = 'bob@contoso.com'; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E3' }); signInActivity = @{ lastSignInDateTime = '2026-01-20T08:00:00Z' } }
                @{ userPrincipalName = 'cy@contoso.com'; country = 'Germany'; onPremisesSyncEnabled = $true }
                @{ userPrincipalName = 'dee@contoso.com'; usageLocation = 'GB'; accountEnabled = $false; assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT' }) }
                @{ userPrincipalName = 'eve@contoso.com'; usageLocation = 'GB' }
                @{ userPrincipalName = 'gus_fabrikam.com#EXT#@contoso.com'; usageLocation = 'GB'; userType = 'Guest'; signInActivity = @{ lastSignInDateTime = '2026-11-20T08:00:00Z' } }
            )
            groups         = @(
                @{ displayName = 'Staff'; securityEnabled = $true; mailEnabled = $false; members = @('bob@contoso.com', 'gus_fabrikam.com#EXT#@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'SPE_E3' }) }
                @{ displayName = 'Art'; securityEnabled = $true; mailEnabled = $false; members = @('eve@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT' }) }
                @{ displayName = "Board ’26"; securityEnabled = $true; mailEnabled = $false; members = @('dee@contoso.com') }
            )
        }
    }

    # Runs the command as it stands; nobody is there to answer what it asks.
    function Invoke-Repair {
        param([string] $Command)
        $confirm = $global:ConfirmPreference
        $global:ConfirmPreference = 'None'
        try {
            Invoke-Recorded ([scriptblock]::Create(($Command -replace 'Remove-MgUserLicense', '$0 -Confirm:$false')))
        } finally {
            $global:ConfirmPreference = $confirm
        }
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'The command that repairs a finding' {
    It 'is tested for every kind' -ForEach @{ Known = $kinds; Tested = $repairs.Kind } {
        $Tested | Sort-Object | Should -Be ($Known | Sort-Object)
    }

    It 'of <Kind> does what it is for: <End>' -ForEach $repairs {
        $seed = New-Seed
        if ($_.Contains('Change')) { $seed | ForEach-Object $_.Change }
        $env:MGLICENSE_CLOCK = $_.Contains('Clock') ? $_.Clock : $null
        try {
            $null = Connect-TestTenant $seed -Setting ($_.Contains('Setting') ? $_.Setting : @{})
        } finally {
            $env:MGLICENSE_CLOCK = $null
        }
        $finding = @(Get-MgLicenseFinding -Kind $Kind)[0]
        $finding.Kind | Should -Be $Kind
        if ($End -eq 'Nothing') {
            $finding.Repair | Should -BeNullOrEmpty
            return
        }
        if ($_.Contains('Before')) { & $_.Before }
        $recorded = Invoke-Repair $finding.Repair
        $recorded.Thrown | Should -BeNullOrEmpty
        $recorded.Errors | Should -BeNullOrEmpty
        if ($End -eq 'Shown') {
            ($recorded.Output.SkuPartNumber + $recorded.Output.Users.UserPrincipalName) | Should -Contain $Shows
        } else {
            Get-MgLicenseFinding -Kind $Kind | Should -BeNullOrEmpty
        }
    }

    It 'processes those again who wait for a seat, once there is one' {
        $null = Connect-TestTenant (New-Seed)
        # The group is worked on before there are more seats.
        $null = Get-MgUser -Top 1
        $null = Set-MgLocalTenant -SubscribedSku @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 5 } }
        $short = Get-MgLicenseFinding -Kind SeatsShort
        $short.Why | Should -Match '1 users wait for a seat; 4 are free'
        (Invoke-Repair $short.Repair).Output.Status | Should -Be 'Repaired'
        Get-MgLicenseFinding -Kind SeatsShort, GroupError | Should -BeNullOrEmpty
    }

    It 'touches nobody who was left out of the finding' -ForEach @(
        @{ Exclude = @{ ExcludeGroup = "Board ’26" } }
        @{ Exclude = @{ ExcludeFilter = "startsWith(userPrincipalName,'dee')" } }
    ) {
        $seed = New-Seed
        $seed.users[0].accountEnabled = $false
        $null = Connect-TestTenant $seed
        $finding = Get-MgLicenseFinding -Kind Disabled @Exclude
        $finding.Users.UserPrincipalName | Should -Be 'ada@contoso.com'
        (Invoke-Repair $finding.Repair).Errors | Should -BeNullOrEmpty
        Get-Held ada@contoso.com | Should -BeNullOrEmpty
        Get-Held dee@contoso.com | Should -Be 'VISIOCLIENT'
    }

    It 'is the same on the page, where the finding is' {
        $null = Connect-TestTenant (New-Seed)
        $path = New-TestPath 'repairs.html'
        $null = Export-MgLicenseReport -Path $path -ExcludeGroup "Board ’26"
        # On the page each word is an element, so that none is broken.
        $page = [System.Net.WebUtility]::HtmlDecode(((Get-Content -Raw $path) -replace '</?span>'))
        foreach ($finding in Get-MgLicenseFinding -Kind GroupError, NoLocation, LicensedGuest -ExcludeGroup "Board ’26") {
            $page.Contains($finding.Repair) | Should -BeTrue -Because $finding.Repair
        }
    }
}

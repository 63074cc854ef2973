#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# What objects look like by default: the columns the SDK shows, and the views of MgLicense's own objects.

BeforeDiscovery {
    # From the SDK's own views; see docs/compatibility.md on the columns version 2 adds.
    $tables = @(
        @{ Name = 'MicrosoftGraphUser'; Columns = 'Id DisplayName Mail UserPrincipalName UserType' }
        @{ Name = 'MicrosoftGraphGroup'; Columns = 'Id DisplayName Description GroupTypes' }
        @{ Name = 'MicrosoftGraphDirectoryObject'; Columns = 'Id DeletedDateTime' }
        @{ Name = 'MicrosoftGraphSubscribedSku'; Columns = 'Id AccountId AccountName AppliesTo CapabilityStatus ConsumedUnits SkuId SkuPartNumber SubscriptionIds' }
        @{ Name = 'MicrosoftGraphLicenseDetails'; Columns = 'Id SkuId SkuPartNumber' }
        @{ Name = 'MicrosoftGraphLicenseUnitsDetail'; Columns = 'Enabled LockedOut Suspended Warning' }
        @{ Name = 'MicrosoftGraphServicePlanInfo'; Columns = 'AppliesTo ProvisioningStatus ServicePlanId ServicePlanName' }
        @{ Name = 'MicrosoftGraphAssignedLicense'; Columns = 'DisabledPlans SkuId' }
        @{ Name = 'MicrosoftGraphLicenseAssignmentState'; Columns = 'AssignedByGroup DisabledPlans Error LastUpdatedDateTime SkuId State' }
        @{ Name = 'MicrosoftGraphLicenseProcessingState'; Columns = 'State' }
        @{ Name = 'MicrosoftGraphDomain'; Columns = 'Id AuthenticationType AvailabilityStatus IsAdminManaged IsDefault IsInitial IsRoot IsVerified Manufacturer Model PasswordNotificationWindowInDays PasswordValidityPeriodInDays SupportedServices' }
        @{ Name = 'MicrosoftGraphCompanySubscription'; Columns = 'Id CommerceSubscriptionId CreatedDateTime IsTrial NextLifecycleDateTime OcpSubscriptionId OwnerId OwnerTenantId OwnerType SkuId SkuPartNumber Status TotalLicenses' }
        @{ Name = 'MicrosoftGraphAssignedPlan'; Columns = 'AssignedDateTime CapabilityStatus Service ServicePlanId' }
    )
    $own = @(
        @{ Type = 'MgLicense.AssignmentResult'; Columns = 'Row User Status Added Removed Plans Location Error' }
        @{ Type = 'MgLicense.LicenseTest'; Columns = 'User WillSucceed Change Reasons' }
        @{ Type = 'MgLicense.LicenseTestReason'; Columns = 'Certainty Code Message Action' }
        @{ Type = 'MgLicense.LocalTenant'; Columns = 'DisplayName DefaultDomain Users Groups Skus Clock Path' }
        @{ Type = 'MgLicense.LocalTenantRequest'; Columns = 'Index At Method Path Status Body' }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    # The headings of the table that an object is shown as, wide enough for all of them; nothing for a list.
    function Get-Heading {
        param($Object)
        $lines = @(($Object | Out-String -Width 4000) -replace '\x1b\[[0-9;]*m' -split '\r?\n' | Where-Object { $_ })
        if ($lines.Count -gt 1 -and $lines[1] -match '^[- ]+$') { $lines[0].Trim() -replace '\s+', ' ' }
    }
}

Describe 'Default views' {
    It '<Name> is a table of <Columns>' -ForEach $tables {
        Get-Heading (New-Object "Microsoft.Graph.PowerShell.Models.$Name") | Should -Be $Columns
    }

    It 'an organization is a wide table that begins as the SDK''s does' {
        Get-Heading (New-Object 'Microsoft.Graph.PowerShell.Models.MicrosoftGraphOrganization') |
            Should -Match '^DeletedDateTime Id BusinessPhones City Country CountryLetterCode CreatedDateTime'
    }

    It '<Type> is a table of <Columns>' -ForEach $own {
        Get-Heading (New-Object $Type) | Should -Be $Columns
    }

    It 'tables of fixed widths fit into 100 columns' {
        $fixed = 0
        foreach ($view in Get-FormatData -TypeName 'MgLicense.*') {
            # One column may take what is left.
            $widths = @($view.FormatViewDefinition.Control.Headers.Width)
            if (@($widths -eq 0).Count -gt 1) { continue }
            $fixed++
            ($widths | Measure-Object -Sum).Sum + $widths.Count - 1 | Should -BeLessOrEqual 100 -Because $view.TypeNames[0]
        }
        $fixed | Should -BeGreaterThan 8
    }

    It 'the properties that the views name exist' {
        foreach ($view in Get-FormatData -TypeName 'Microsoft.Graph.PowerShell.Models.*', 'MgLicense.*') {
            $properties = (New-Object $view.TypeNames[0]).PSObject.Properties.Name
            foreach ($column in $view.FormatViewDefinition.Control.Rows.Columns.DisplayEntry.Where({ $_.ValueType -eq 'Property' })) {
                $properties | Should -Contain $column.Value -Because $view.TypeNames[0]
            }
        }
    }
}

Describe 'Format-List' {
    BeforeAll {
        $sku = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphSubscribedSku] @{
            SkuPartNumber = 'SPE_E5'
            PrepaidUnits  = @{ Enabled = 10 }
            ServicePlans  = @(@{ ServicePlanName = 'SWAY'; ServicePlanId = 'a' }, @{ ServicePlanName = 'TEAMS1'; ServicePlanId = 'b' })
        }
        $text = ($sku | Format-List | Out-String -Width 200) -replace '\x1b\[[0-9;]*m'
    }

    It 'prints prepaid units as the name of their type' {
        $text | Should -Match 'PrepaidUnits\s+: Microsoft\.Graph\.PowerShell\.Models\.MicrosoftGraphLicenseUnitsDetail'
    }

    It 'prints service plans by name' {
        $text | Should -Match 'ServicePlans\s+: \{SWAY, TEAMS1\}'
    }

    It 'prints properties in the order of the SDK, AdditionalProperties last' {
        [regex]::Matches($text, '(?m)^(\w+)\s+:').ForEach({ $_.Groups[1].Value }) -join ' ' |
            Should -Be 'AccountId AccountName AppliesTo CapabilityStatus ConsumedUnits Id PrepaidUnits ServicePlans SkuId SkuPartNumber SubscriptionIds AdditionalProperties'
    }
}

Describe 'Our own objects' {
    It 'have a product''s part number and name beside its id, every one of them' {
        $named = foreach ($type in [MgLicense.AssignmentResult].Assembly.GetExportedTypes().Where({ $_.Namespace -eq 'MgLicense' })) {
            foreach ($id in $type.GetProperties().Name -match 'SkuId$') {
                $type.GetProperty(($id -replace 'SkuId$', 'SkuPartNumber')) | Should -Not -BeNullOrEmpty -Because "$($type.Name) has $id"
                $type.GetProperty(($id -replace 'SkuId$', 'ProductName')) | Should -Not -BeNullOrEmpty -Because "$($type.Name) has $id"
                $type.Name
            }
        }
        $named.Count | Should -BeGreaterThan 8
    }

    It 'tell them in what each command writes' {
        $seed = Get-CompanySeed
        ($seed.subscribedSkus | Where-Object skuPartNumber -EQ 'VISIOCLIENT').prepaidUnits = @{ enabled = 0 }
        $null = Connect-TestTenant $seed
        try {
            $before = Test-MgUserLicense -UserId ada@contoso.com -AddLicenses VISIOCLIENT
            $before.Reasons[0].ProductName | Should -Be 'Visio Plan 2'
            $before.Reasons[0].SkuPartNumber | Should -Be 'VISIOCLIENT'
            $sum = 'ada@contoso.com' | Test-MgUserLicense -AddLicenses SPE_E5 -UsageLocation GB -Summary -InformationAction Ignore
            ($sum.Seats | Where-Object SkuPartNumber -EQ 'SPE_E5').ProductName | Should -Be 'Microsoft 365 E5'
            $result = 'ada@contoso.com' | Set-MgUserLicense -AddLicenses SPE_E5 -UsageLocation GB -InformationAction Ignore
            $result.Added[0].SkuPartNumber, $result.Added[0].ProductName | Should -Be 'SPE_E5', 'Microsoft 365 E5'
            $result = 'ada@contoso.com' | Set-MgUserServicePlan -SkuId SPE_E5 -DisablePlan SWAY -InformationAction Ignore
            $result.PlanChanges[0].ProductName | Should -Be 'Microsoft 365 E5'
            $result.LicensesBefore[0].ProductName | Should -Be 'Microsoft 365 E5'
            (Wait-MgUserLicense -UserId ada@contoso.com -SkuId VISIOCLIENT -TimeoutSeconds 0).Missing.ProductName | Should -Be 'Visio Plan 2'
            $result = Remove-MgUserLicense -UserId ada@contoso.com -SkuId SPE_E5, VISIOCLIENT -Confirm:$false
            $result.Removed.ProductName | Should -Be 'Microsoft 365 E5'
            $result.NotHeld.ProductName | Should -Be 'Visio Plan 2'
            $group = New-MgGroup -DisplayName Art -MailNickname art -MailEnabled:$false -SecurityEnabled
            New-MgGroupMember -GroupId $group.Id -DirectoryObjectId (Get-MgUser -UserId ada@contoso.com).Id
            (Test-MgGroupLicense -GroupId $group.Id -AddLicenses VISIOCLIENT).Problems.ProductName | Should -Be 'Visio Plan 2'
            $null = Set-MgGroupLicense -GroupId $group.Id -AddLicenses VISIOCLIENT -RemoveLicenses @()
            (Get-MgLicenseError).ProductName | Should -Be 'Visio Plan 2'
        } finally {
            Disconnect-TestTenant
        }
    }

    It 'a result shows the user by name, and a location only as a change when it changed' {
        $result = [MgLicense.AssignmentResult] @{ Row = 3; UserId = 'u'; UserPrincipalName = 'ada@contoso.com'; Status = 'Changed'; UsageLocationBefore = 'FR'; UsageLocationAfter = 'GB' }
        $text = ($result | Out-String -Width 200) -replace '\x1b\[[0-9;]*m'
        $text | Should -Match 'ada@contoso\.com'
        $text | Should -Match 'FR -> GB'
        $result.UsageLocationBefore = 'GB'
        ($result | Out-String -Width 200) | Should -Not -Match '->'
    }
}

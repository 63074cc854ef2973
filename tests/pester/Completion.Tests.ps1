# What Tab offers: products, plans, locations, and the files of local tenants.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $path = Connect-TestTenant -Seed (Get-CompanySeed)

    function Get-Completion {
        param([string] $Line)
        @((TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches)
    }
}

AfterAll {
    Disconnect-TestTenant
}

Describe 'Products' {
    It 'are offered for <_>' -ForEach @(
        'Set-MgUserLicense -UserId x -AddLicenses SPE_'
        'Set-MgUserLicense -UserId x -RemoveLicenses spe_'
        'Set-MgUserLicense -UserId x -Add SPE_E5, SPE_'
        'Test-MgUserLicense -UserId x -AddLicenses SPE_'
        'Test-MgUserLicense -UserId x -RemoveLicenses SPE_'
        'Remove-MgUserLicense -UserId x -SkuId SPE_'
    ) {
        $names = (Get-Completion $_).CompletionText
        $names | Should -Contain 'SPE_E5'
        $names | Should -Contain 'SPE_E3'
        foreach ($name in $names) {
            $name | Should -Match '^''?SPE_'
        }
    }

    It 'begin with those the tenant has' {
        $names = @((Get-Completion 'Set-MgUserLicense -UserId x -AddLicenses SPE_').CompletionText)
        @($names[0, 1] | Sort-Object) | Should -Be @('SPE_E3', 'SPE_E5')
        $names.Count | Should -BeGreaterThan 2 -Because 'the table has more products of the name'
    }

    It 'say the name of the product' {
        (Get-Completion 'Set-MgUserLicense -UserId x -AddLicenses SPE_E5' | Where-Object CompletionText -EQ SPE_E5).ToolTip | Should -Match 'Microsoft 365 E5'
    }

    It 'are all of the tenant where nothing is written yet' {
        $names = @((Get-Completion 'Set-MgUserLicense -UserId x -AddLicenses ').CompletionText)
        @($names[0..3] | Sort-Object) | Should -Be @('FLOW_FREE', 'SPE_E3', 'SPE_E5', 'VISIOCLIENT')
    }

    It 'come from the table when nobody is connected' {
        Disconnect-TestTenant
        try {
            (Get-Completion 'Set-MgUserLicense -UserId x -AddLicenses ENTERPRISEPA').CompletionText | Should -Contain 'ENTERPRISEPACK'
        } finally {
            Connect-TestFile $path
        }
    }
}

Describe 'Plans' {
    It 'are offered for <_>' -ForEach @(
        'Set-MgUserLicense -UserId x -AddLicenses SPE_E5 -DisabledPlans swa'
        'Set-MgUserLicense -UserId x -DisabledPlans swa'
        'Test-MgUserLicense -UserId x -AddLicenses FLOW_FREE,SPE_E5 -DisabledPlans swa'
    ) {
        (Get-Completion $_).CompletionText | Should -Be 'SWAY'
    }

    It 'are those of the products on the line' {
        # FLOW_FREE has no SWAY.
        Get-Completion 'Set-MgUserLicense -UserId x -AddLicenses FLOW_FREE -DisabledPlans swa' | Should -BeNullOrEmpty
    }
}

Describe 'Locations' {
    It 'are offered for <_>' -ForEach @(
        'Set-MgUserLicense -UserId x -AddLicenses SPE_E5 -UsageLocation g'
        'Test-MgUserLicense -UserId x -AddLicenses SPE_E5 -UsageLocation G'
        'Update-MgUser -UserId x -UsageLocation G'
        'New-MgUser -UsageLocation G'
    ) {
        $found = Get-Completion $_
        $found.CompletionText | Should -Contain 'GB'
        $found.CompletionText | Should -Not -Contain 'US'
        ($found | Where-Object CompletionText -EQ GB).ToolTip | Should -Match 'United Kingdom'
    }

    It 'are found by the name of the country' {
        (Get-Completion 'Update-MgUser -UserId x -UsageLocation Germ').CompletionText | Should -Contain 'DE'
    }
}

Describe 'Files of local tenants' {
    BeforeAll {
        $folder = New-TestPath 'tenants'
        $null = New-Item -ItemType Directory -Path $folder
        $null = New-Item -ItemType Directory -Path (Join-Path $folder 'inner')
        Set-Content -Path (Join-Path $folder 'one.mgtenant') -Value x
        Set-Content -Path (Join-Path $folder 'two words.mgtenant') -Value x
        Set-Content -Path (Join-Path $folder 'notes.txt') -Value x
    }

    It 'are offered for <_>, and no other files' -ForEach @(
        'Connect-MgGraph -LocalTenant'
        'Use-MgLocalTenant -Path'
        'Get-MgLocalTenant -Path'
        'Remove-MgLocalTenant -Path'
        'Set-MgLocalTenant -Path'
        'Step-MgLocalTenant -Path'
        'Get-MgLocalTenantRequest -Path'
        'Start-MgLocalTenantServer -Path'
        'Get-MgLocalTenantServer -Path'
        'Stop-MgLocalTenantServer -Path'
    ) {
        $separator = [System.IO.Path]::DirectorySeparatorChar
        $items = (Get-Completion "$_ $folder$separator").ListItemText
        @($items | Sort-Object) | Should -Be @('inner', 'one.mgtenant', 'two words.mgtenant')
    }

    It 'are quoted where they must be' {
        $separator = [System.IO.Path]::DirectorySeparatorChar
        (Get-Completion "Connect-MgGraph -LocalTenant ${folder}${separator}two").CompletionText | Should -Match "^'.*two words\.mgtenant'$"
    }
}

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

Describe 'Every argument with a known set' {
    It 'has a completer' {
        $sets = '^(SkuId|ExcludeSkuId|AddLicenses|RemoveLicenses|From|To|DisabledPlans|Plan|DisablePlan|EnablePlan|UsageLocation|Default|Environment|LocalTenant|Partial|Kind)$'
        $bare = foreach ($command in (Get-Module MgLicense).ExportedCommands.Values.Where({ $_.CommandType -ne 'Alias' })) {
            foreach ($parameter in $command.Parameters.Values) {
                $isKnown = $parameter.Name -match $sets -or ($command.Name -match '-MgLicenseRun$' -and $parameter.Name -eq 'Id') -or
                    ($command.Name -match '^(Get|Set|Remove)-MgEnvironment$' -and $parameter.Name -eq 'Name') -or
                    ($command.Name -match '-MgLocalTenant' -and $command.Name -ne 'New-MgLocalTenant' -and $parameter.Name -eq 'Path')
                if (-not $isKnown -or $parameter.ParameterType.IsEnum) { continue }
                $found = $parameter.Attributes.Where({ $_ -is [ArgumentCompleter] -or $_ -is [ValidateSet] })
                if ($found.Count -eq 0) { "$($command.Name) -$($parameter.Name)" }
            }
        }
        $bare | Should -BeNullOrEmpty
    }

    It 'is offered for <Line>' -ForEach @(
        @{ Line = 'Connect-MgGraph -Environment US'; Offered = 'USGov' }
        @{ Line = 'Get-MgEnvironment chi'; Offered = 'China' }
        @{ Line = 'Get-MgLicenseFinding -Kind Red'; Offered = 'Redundant' }
        @{ Line = 'Get-MgLicenseFinding -Kind Hybrid, NoL'; Offered = 'NoLocation' }
        @{ Line = 'Get-MgLicenseProduct -SkuId SPE_E'; Offered = 'SPE_E5' }
        @{ Line = 'Get-MgLicenseAssignment -SkuId visio'; Offered = 'VISIOCLIENT' }
        @{ Line = 'Export-MgLicenseReport -Path x -ExcludeSkuId flow'; Offered = 'FLOW_FREE' }
        @{ Line = 'Wait-MgUserLicense -UserId x -SkuId SPE_'; Offered = 'SPE_E5' }
        @{ Line = 'Set-MgUserUsageLocation -UserId x -FromCountry -Default Germ'; Offered = 'DE' }
        @{ Line = 'Switch-MgUserLicense -UserId x -From SPE_E3 -To SPE_E'; Offered = 'SPE_E5' }
        @{ Line = 'Import-Csv x | Set-MgUserLicense -AddLicenses SPE_E5 -Partial Un'; Offered = 'Unlicensed' }
    ) {
        (Get-Completion $Line).CompletionText | Should -Contain $Offered
    }

    It 'offers runs by their ids, the newest first' {
        $folder = New-TestPath 'runs'
        $null = New-Item -ItemType Directory -Path $folder
        $before = $env:MGLICENSE_RUNS
        $env:MGLICENSE_RUNS = $folder
        try {
            $null = 'ada@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE -UsageLocation GB 6>$null
            $null = 'ada@contoso.com' | Remove-MgUserLicense -SkuId FLOW_FREE -Confirm:$false 6>$null
            $ids = (Get-MgLicenseRun).Id
            $ids.Count | Should -Be 2
            (Get-Completion 'Undo-MgLicenseRun -Id ').CompletionText | Should -Be $ids
            (Get-Completion "Resume-MgLicenseRun -Id $($ids[1])").CompletionText | Should -Be $ids[1]
        } finally {
            $env:MGLICENSE_RUNS = $before
        }
    }
}

Describe 'A name that is nearly one' {
    It 'is asked about in <Name>' -ForEach @(
        @{ Name = 'Get-MgLicenseProduct'; Call = { Get-MgLicenseProduct -Name SPE_E55 }; Meant = 'SPE_E5' }
        @{ Name = 'Get-MgLicenseAssignment'; Call = { Get-MgLicenseAssignment -SkuId VISIOCLENT }; Meant = 'VISIOCLIENT' }
        @{ Name = 'Get-MgLicenseSummary'; Call = { Get-MgLicenseSummary -SkuId FLOWFREE }; Meant = 'FLOW_FREE' }
        @{ Name = 'Get-MgLicenseFinding'; Call = { Get-MgLicenseFinding -Kind UnusedSeats -ExcludeSkuId SPE_E33 }; Meant = 'SPE_E3' }
        @{ Name = 'Wait-MgUserLicense'; Call = { Wait-MgUserLicense -UserId ada@contoso.com -SkuId SPE_E55 -TimeoutSeconds 0 }; Meant = 'SPE_E5' }
        @{ Name = 'Switch-MgUserLicense'; Call = { Switch-MgUserLicense -UserId ada@contoso.com -From SPE_E3 -To SPE_E55 }; Meant = 'SPE_E5' }
        @{ Name = 'Remove-MgUserLicense'; Call = { Remove-MgUserLicense -UserId ada@contoso.com -SkuId VISIOCLENT -Confirm:$false }; Meant = 'VISIOCLIENT' }
        @{ Name = 'Set-MgUserServicePlan'; Call = { Set-MgUserServicePlan -UserId bob@contoso.com -DisablePlan SWAYY -SkuId SPE_E5 }; Meant = 'SWAY' }
    ) {
        $recorded = Invoke-Recorded $Call
        $said = @($recorded.Errors) + @($recorded.Thrown | Where-Object { $_ })
        $said.Count | Should -BeGreaterThan 0
        $text = "$($said[0].Exception.Message) $($said[0].ErrorDetails.Message) $($said[0].ErrorDetails.RecommendedAction)"
        $text | Should -Match "(Did you mean [^?]*|Is )\b$Meant\b"
    }
}

Describe 'Colours' {
    It 'are left out where the output is no terminal' {
        $run = Invoke-ChildShell -Script @"
Import-Module `$module
Connect-MgGraph -LocalTenant '$path' -NoWelcome
Get-MgLicenseSummary; Get-MgLicenseFinding; Get-MgLicenseAssignment -UserId nobody@contoso.com
"@
        $run.Text | Should -Match 'Visio Plan 2'
        $run.Text | Should -Not -Match '\x1b\['
    }
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

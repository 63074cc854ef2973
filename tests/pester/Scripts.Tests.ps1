#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Scripts as people write them, run unchanged on a tenant: tests/scripts. What each leaves behind was worked out by hand.

BeforeDiscovery {
    $folder = Join-Path $PSScriptRoot '..' 'scripts'
    $expected = Import-PowerShellDataFile (Join-Path $folder 'expected.psd1') -SkipLimitCheck
    $cases = @($expected.Keys | Sort-Object | ForEach-Object { @{ Name = $_; Expected = $expected[$_] } })
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $folder = (Resolve-Path (Join-Path $PSScriptRoot '..' 'scripts')).Path
    $expected = Import-PowerShellDataFile (Join-Path $folder 'expected.psd1') -SkipLimitCheck

    # A folder of its own for a script, with the company as a tenant in it and the files it finds.
    function New-ScriptFolder {
        param([hashtable] $Case)
        $work = New-TestPath 'script'
        $null = New-Item -ItemType Directory -Path $work
        $seed = Import-PowerShellDataFile (Join-Path $folder 'company.psd1') -SkipLimitCheck
        foreach ($part in ($Case["Seed"] ?? @{}).Keys) { $seed[$part] = $Case.Seed[$part] }
        $null = New-MgLocalTenant -Path (Join-Path $work 'company.mgtenant') -Seed (New-TestSeedFile $seed) -ErrorAction Stop
        foreach ($file in ($Case["Given"] ?? @{}).Keys) { Set-Content -Path (Join-Path $work $file) -Value $Case.Given[$file] }
        $work
    }

    # The whole state of a tenant: users, groups and seats, each as one text. See expected.psd1.
    function Get-TenantState {
        param([string] $Path)
        Connect-TestFile $Path
        $state = @{}
        $part = @{}
        $plan = @{}
        foreach ($sku in Get-MgSubscribedSku -All) {
            $part[$sku.SkuId] = $sku.SkuPartNumber
            $sku.ServicePlans.ForEach({ $plan[$_.ServicePlanId] = $_.ServicePlanName })
            $state["seats $($sku.SkuPartNumber)"] = "$($sku.ConsumedUnits)"
        }
        $groupName = @{}
        foreach ($group in Get-MgGroup -All -Property Id, DisplayName, AssignedLicenses) {
            $groupName[$group.Id] = $group.DisplayName
            $members = @(Get-MgGroupMember -GroupId $group.Id -All | ForEach-Object { $_.AdditionalProperties.userPrincipalName -replace '@.*' } | Sort-Object)
            $products = @($group.AssignedLicenses | ForEach-Object { $part[$_.SkuId] } | Sort-Object)
            $state["group $($group.DisplayName)"] = "$($members ? $members -join ' ' : '-') | $($products ? $products -join ' ' : '-')"
        }
        foreach ($user in Get-MgUser -All -Property Id, DisplayName, UserPrincipalName, UsageLocation, AccountEnabled, LicenseAssignmentStates) {
            $held = @(foreach ($one in $user.LicenseAssignmentStates) {
                    $off = @($one.DisabledPlans | ForEach-Object { "-$($plan[$_])" } | Sort-Object)
                    $text = $part[$one.SkuId]
                    if ($off) { $text += "($($off -join ','))" }
                    if ($one.State -eq 'Error') { $text += "!$($one.Error)" }
                    if ($one.AssignedByGroup) { $text += "@$($groupName[$one.AssignedByGroup])" }
                    $text
                })
            $held = $held ? ($held | Sort-Object) -join ' ' : '-'
            $state["user $($user.UserPrincipalName -replace '@[^@]*$')"] = "$($user.DisplayName): $held | $($user.UsageLocation ? $user.UsageLocation : '-') | $($user.AccountEnabled ? 'on' : 'off')"
        }
        $null = Disconnect-MgGraph
        $state
    }

    # Runs a script in a session of its own, as a person's PowerShell would, but that nobody is at the keyboard.
    function Invoke-Script {
        param([string] $Name, [string] $Work, [hashtable] $Case)
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                    param($Module, $Script, $Work, $Arguments, $Answers)
                    Set-Location $Work
                    Import-Module $Module
                    $null = Enable-MgLicenseCompatibility
                    Use-MgLocalTenant company.mgtenant
                    $global:answers = [System.Collections.Generic.Queue[string]]::new([string[]] @($Answers))
                    function global:Read-Host { param($Prompt) $global:answers.Dequeue() }
                    function global:Out-GridView {
                        param([string] $Title, [string] $OutputMode, [switch] $PassThru)
                        $wanted = $global:answers.Dequeue()
                        $input | Where-Object { $_.PSObject.Properties.Value -contains $wanted } | Select-Object -First 1
                    }
                    function global:Install-Module { throw 'the script wants to install something' }
                    $arguments = $Arguments
                    & $Script @arguments
                }).AddParameters(@{ Module = (Get-TestModulePath); Script = (Join-Path $folder "$Name.ps1"); Work = $Work; Arguments = $Case['Arguments'] ?? @{}; Answers = @($Case['Answers']) -ne $null })
            $output = @($shell.Invoke())
            [pscustomobject]@{ Output = $output; Errors = @($shell.Streams.Error); Warnings = @($shell.Streams.Warning) }
        } finally {
            $shell.Dispose()
            Use-MgLocalTenant -Off
            Disconnect-TestTenant
        }
    }
}

Describe 'The scripts' {
    It 'are at least forty, and every one has an expectation' {
        $scripts = @(Get-ChildItem $folder -Filter '*.ps1').BaseName | Sort-Object
        $scripts.Count | Should -BeGreaterOrEqual 40
        @($expected.Keys | Sort-Object) | Should -Be $scripts
    }

    It '<Name> leaves behind what it should' -ForEach $cases {
        $work = New-ScriptFolder $Expected
        $tenant = Join-Path $work 'company.mgtenant'
        $wanted = Get-TenantState $tenant
        foreach ($key in $Expected.Changes.Keys) {
            if ($Expected.Changes[$key]) { $wanted[$key] = $Expected.Changes[$key] } else { $wanted.Remove($key) }
        }
        $run = Invoke-Script -Name $Name -Work $work -Case $Expected
        # Errors that the script silences or catches are its own; those it shows are not expected.
        $run.Errors.Where({ $_.CategoryInfo.Activity -notmatch '^Set-MgUserLicense' -or $Name -notin 'success-variable', 'not-enough-seats' }) | Should -BeNullOrEmpty
        $state = Get-TenantState $tenant
        @($state.Keys | Sort-Object) | Should -Be @($wanted.Keys | Sort-Object)
        foreach ($key in $wanted.Keys) { $state[$key] | Should -BeExactly $wanted[$key] -Because $key }
        # The greeting is output of Connect-MgGraph, as in the SDK.
        $lines = @($run.Output | Where-Object { $_ -isnot [string] -or $_ -notmatch '^(Welcome to|Connected via|Readme:|SDK Docs:|API Docs:|NOTE:|\s*$)' })
        if ($Expected.Contains('Output')) { @($lines | ForEach-Object { "$_" }) | Should -Be $Expected.Output }
        foreach ($pattern in $Expected['Like']) { ($run.Output | Out-String -Width 300) | Should -Match $pattern }
        foreach ($file in ($Expected["Files"] ?? @{}).Keys) {
            $text = Get-Content (Join-Path $work $file) -Raw
            foreach ($line in $Expected.Files[$file]) { $text.Contains($line) | Should -BeTrue -Because "$file has to hold $line, and is:`n$text" }
        }
    }
}

#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# docs/testing-your-scripts.md: its code is put into files as it says and run, under both Pester versions that people have.

BeforeDiscovery {
    $versions = @(@{ Version = '5.9.1' }, @{ Version = '6.2.0' })
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    # Both are fetched with the one that runs this.
    $packages = Split-Path (Split-Path (Get-Module Pester).ModuleBase)

    # Runs Pester files of a folder in a fresh PowerShell, and gives 'passed/failed' and what it printed.
    function Invoke-PesterIn {
        param([string] $Folder, [string] $Version)
        $pester = Join-Path $packages $Version 'tools' 'Pester.psd1'
        Test-Path $pester | Should -BeTrue -Because "Pester $Version has to be there"
        # The tests import MgLicense by name.
        $child = Invoke-ChildShell -Script @"
            `$env:PSModulePath = '$(Split-Path (Get-TestModulePath))' + [IO.Path]::PathSeparator + `$env:PSModulePath
            Import-Module '$pester'
            `$run = Invoke-Pester -Path '$Folder' -PassThru -Output Detailed
            "version `$((Get-Module Pester).Version); passed `$(`$run.PassedCount); failed `$(`$run.FailedCount + `$run.FailedBlocksCount + `$run.FailedContainersCount)"
"@
        [pscustomobject]@{ Line = ($child.Output.Trim() -split '\r?\n')[-1]; Text = $child.Text }
    }
}

Describe 'The page on testing scripts' {
    It 'works as it is written under Pester <Version>' -ForEach $versions {
        $page = Get-Content (Join-Path (Get-RepositoryRoot) 'docs' 'testing-your-scripts.md') -Raw
        $blocks = @([regex]::Matches($page, '(?ms)^```powershell\r?\n(.*?)^```').ForEach({ $_.Groups[1].Value }))
        $blocks.Count | Should -Be 4
        $folder = New-TestPath 'guide'
        $null = New-Item -ItemType Directory -Path $folder
        $names = 'Move-License.ps1', 'Mocks.Tests.ps1', 'TestTenant.psm1', 'Tenant.Tests.ps1'
        for ($i = 0; $i -lt 4; $i++) { Set-Content -Path (Join-Path $folder $names[$i]) -Value $blocks[$i] }
        $run = Invoke-PesterIn $folder $Version
        $run.Line | Should -Be "version $Version; passed 5; failed 0" -Because $run.Text
    }
}

Describe 'Pester suites as people write them' {
    It 'behave as with the SDK under Pester <Version>' -ForEach $versions {
        $run = Invoke-PesterIn (Join-Path (Get-RepositoryRoot) 'tests' 'scripts' 'pester') $Version
        $run.Line | Should -Be "version $Version; passed 14; failed 0" -Because $run.Text
    }
}

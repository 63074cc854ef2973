#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# The generator: the same tables give the same files, nothing is done twice, and a wrong table says where it is wrong.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    $root = Get-RepositoryRoot

    # A copy of the tables and the generator that a test may spoil. Without the wide commands it works as well, and is
    # several times as quick.
    function New-GeneratorCopy {
        param([switch] $Whole)
        $copy = Join-Path $TestDrive ([guid]::NewGuid().ToString('n'))
        foreach ($part in 'generator', 'MgLicense', 'generate.ps1') {
            $null = New-Item -ItemType Directory -Force -Path (Join-Path $copy 'powershell')
            Copy-Item -Recurse -Path (Join-Path $root 'powershell' $part) -Destination (Join-Path $copy 'powershell')
        }
        Copy-Item -Path (Join-Path $root 'Cargo.toml') -Destination $copy
        if (-not $Whole) { Remove-Item -Recurse -Path (Join-Path $copy 'powershell' 'MgLicense' 'commands' 'wide') }
        $copy
    }

    function Invoke-Generator {
        param([string] $Copy, [string] $Output = (Join-Path $Copy 'generated'), [switch] $Force)
        & (Join-Path $Copy 'powershell' 'generate.ps1') -Output $Output -Force:$Force
    }

    function Get-FileHashTable {
        param([string] $Path)
        $table = @{}
        foreach ($file in Get-ChildItem -Path $Path -Recurse -File) {
            $table[[System.IO.Path]::GetRelativePath($Path, $file.FullName)] = (Get-FileHash -Path $file.FullName).Hash
        }
        $table
    }

    function Edit-Table {
        param([string] $Copy, [string] $File, [string] $Find, [string] $Replace)
        $path = Join-Path $Copy 'powershell' 'MgLicense' $File
        $text = Get-Content -Path $path -Raw
        $text.Contains($Find) | Should -BeTrue -Because 'the test has to change something'
        Set-Content -Path $path -NoNewline -Value $text.Replace($Find, $Replace)
    }
}

Describe 'The generator' {
    It 'makes the same files of the same tables, in another process too' {
        $copy = New-GeneratorCopy -Whole
        Invoke-Generator $copy -Output (Join-Path $copy 'one')
        $child = Invoke-ChildShell "& '$(Join-Path $copy 'powershell' 'generate.ps1')' -Output '$(Join-Path $copy 'two')'"
        $child.ExitCode | Should -Be 0
        $one = Get-FileHashTable (Join-Path $copy 'one')
        $two = Get-FileHashTable (Join-Path $copy 'two')
        $one.Count | Should -BeGreaterThan 50
        @($one.Keys | Sort-Object) | Should -Be @($two.Keys | Sort-Object)
        foreach ($name in $one.Keys) { $two[$name] | Should -Be $one[$name] -Because $name }
    }

    It 'does nothing while no input changes, and touches only what a change is about' {
        $copy = New-GeneratorCopy
        $output = Join-Path $copy 'generated'
        Invoke-Generator $copy
        $old = [datetime]::new(2001, 1, 1)
        Get-ChildItem -Path $output -Recurse -File | ForEach-Object { $_.LastWriteTimeUtc = $old }
        Invoke-Generator $copy
        @(Get-ChildItem -Path $output -Recurse -File | Where-Object LastWriteTimeUtc -NE $old) | Should -BeNullOrEmpty

        Edit-Table $copy 'models/user.psd1' "'string: Fax number of the user.'" "'string: Number of the fax machine.'"
        Invoke-Generator $copy
        $touched = @(Get-ChildItem -Path $output -Recurse -File | Where-Object LastWriteTimeUtc -NE $old).Name | Sort-Object
        $touched | Should -Be 'inputs.sha256', 'MicrosoftGraphUser.cs', 'MicrosoftGraphUserParameters.cs'
    }

    It 'removes what an entry that is gone had made' {
        $copy = New-GeneratorCopy
        Invoke-Generator $copy
        Join-Path $copy 'generated' 'Commands' 'Get-MgDomain.cs' | Should -Exist
        Edit-Table $copy 'commands/directory.psd1' "'Get-MgDomain'" "'Get-MgDomainName'"
        Invoke-Generator $copy
        Join-Path $copy 'generated' 'Commands' 'Get-MgDomain.cs' | Should -Not -Exist
        Join-Path $copy 'generated' 'Commands' 'Get-MgDomainName.cs' | Should -Exist
        Join-Path $copy 'generated' 'Module' 'MgLicense.psd1' | Should -FileContentMatch "'Get-MgDomainName'"
    }

    It 'takes the version from Cargo.toml' {
        $copy = New-GeneratorCopy
        (Get-Content (Join-Path $copy 'Cargo.toml') -Raw) -replace '(?m)^version = "[^"]+"', 'version = "3.2.1-rc1"' | Set-Content (Join-Path $copy 'Cargo.toml')
        Invoke-Generator $copy
        $manifest = Import-PowerShellDataFile (Join-Path $copy 'generated' 'Module' 'MgLicense.psd1')
        $manifest.ModuleVersion | Should -Be '3.2.1'
        $manifest.PrivateData.PSData.Prerelease | Should -Be 'rc1'
    }

    It 'says what is wrong: <Says>' -ForEach @(
        @{ File = 'models/user.psd1'; Find = "'string: Fax number"; Replace = "'sting: Fax number"; Says = "*user.psd1*FaxNumber of MicrosoftGraphUser has the unknown type 'sting'*" }
        @{ File = 'models/group.psd1'; Find = "Extends    = 'MicrosoftGraphDirectoryObject'"; Replace = "Extends    = 'MicrosoftGraphThing'"; Says = '*group.psd1*extends MicrosoftGraphThing, which is no model*' }
        @{ File = 'commands/directory.psd1'; Find = 'Extra '; Replace = 'Extras '; Says = "*directory.psd1*has the unknown key 'Extras'*" }
        @{ File = 'commands/directory.psd1'; Find = "Output      = 'MicrosoftGraphDomain'"; Replace = "Output      = 'MicrosoftGraphRealm'"; Says = '*Output of Get-MgDomain names MicrosoftGraphRealm*' }
        @{ File = 'commands/directory.psd1'; Find = "'/domains/{domain-id}'"; Replace = "'/domains/{realm-id}'"; Says = '*Get-MgDomain: parameters.psd1 has no text for -RealmId*' }
        @{ File = 'commands/groups.psd1'; Find = "@('List')"; Replace = "@('Listen', 'Fetch')"; Says = "*the set 'Fetch' begins with no word*" }
        @{ File = 'commands/users.psd1'; Find = "@('ConsistencyLevel') }"; Replace = "@('Consistency') }"; Says = "*parameters.psd1 has no 'Consistency' under Extra*" }
    ) {
        $copy = New-GeneratorCopy
        Edit-Table $copy $File $Find $Replace
        { Invoke-Generator $copy } | Should -Throw $Says
    }
}

Describe 'The staged module' {
    BeforeAll {
        $manifest = Import-PowerShellDataFile (Join-Path (Get-TestModulePath) 'MgLicense.psd1')
    }

    It 'exports by name only' {
        foreach ($list in 'FunctionsToExport', 'CmdletsToExport', 'AliasesToExport') {
            $manifest[$list].Count | Should -BeGreaterThan 0
            $manifest[$list] | Should -Not -Match '\*'
        }
        $manifest.VariablesToExport | Should -BeNullOrEmpty
    }

    It 'exports what the table holds and nothing else' {
        Import-TestModule
        $module = Get-Module MgLicense
        @($module.ExportedFunctions.Keys | Sort-Object) | Should -Be @($manifest.FunctionsToExport | Sort-Object)
        @($module.ExportedCmdlets.Keys | Sort-Object) | Should -Be @($manifest.CmdletsToExport | Sort-Object)
        @($module.ExportedAliases.Keys | Sort-Object) | Should -Be 'Connect-Graph', 'Disconnect-Graph', 'Invoke-GraphRequest'
    }

    It 'exports every public cmdlet there is' {
        Import-TestModule
        $classes = [MgLicense.PowerShell.GraphCmdlet].Assembly.GetExportedTypes().Where({ $_.IsSubclassOf([System.Management.Automation.Cmdlet]) -and -not $_.IsAbstract })
        $names = $classes.ForEach({ $attribute = $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]; "$($attribute.VerbName)-$($attribute.NounName)" })
        @($names | Sort-Object) | Should -Be @($manifest.CmdletsToExport | Sort-Object)
    }

    It 'needs PowerShell 7.4 of the Core edition' {
        $manifest.PowerShellVersion | Should -Be '7.4'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
    }

    It 'has a manifest that PowerShell finds valid' {
        { Test-ModuleManifest -Path (Join-Path (Get-TestModulePath) 'MgLicense.psd1') -ErrorAction Stop } | Should -Not -Throw
    }
}

# The project as a whole: its map, its module as a thing one copies around, and its demo.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule
    $root = Get-RepositoryRoot
    $module = Get-TestModulePath
}

Describe 'The file map in docs/architecture.md' {
    BeforeAll {
        $text = Get-Content (Join-Path $root 'docs' 'architecture.md')
        # Its rows begin with a path in backticks: | `rust/rules/` | … |
        $mapped = @($text | ForEach-Object { if ($_ -match '^\|\s*`([^`]+)`\s*\|') { $Matches[1].TrimEnd('/') } })
        $tracked = @(& git -C $root ls-files 2>$null)
    }

    It 'names what is there' {
        $mapped.Count | Should -BeGreaterThan 10
        $gone = $mapped | Where-Object { -not (Test-Path (Join-Path $root $_)) -and $_ -notmatch '^(out|target|\.build)(/|$)' }
        $gone | Should -BeNullOrEmpty
    }

    It 'names nothing twice' {
        @($mapped | Group-Object | Where-Object Count -GT 1).Name | Should -BeNullOrEmpty
    }

    It 'names every folder that holds source, or its parent where that is small' {
        if (-not $tracked) { Set-ItResult -Skipped -Because 'this is no git checkout'; return }
        $folders = $tracked | Where-Object { $_ -match '/' } | ForEach-Object { $_.Substring(0, $_.LastIndexOf('/')) } | Sort-Object -Unique
        $wanted = @(
            # Every crate's source folder and the folders right under it.
            $folders | ForEach-Object { if ($_ -match '^rust/[^/]+/src(/[^/]+)?') { $Matches[0] } }
            # Every folder right under these.
            $folders | ForEach-Object { if ($_ -match '^(powershell|tests)/[^/]+') { $Matches[0] } }
            # Every top-level folder.
            $folders | ForEach-Object { ($_ -split '/')[0] }
        ) | Sort-Object -Unique
        $missing = $wanted | Where-Object { $_ -notin $mapped }
        # A top-level folder counts as named when something in it is.
        $missing = $missing | Where-Object { $folder = $_; $folder -match '/' -or -not ($mapped | Where-Object { $_.StartsWith("$folder/") }) }
        $missing | Should -BeNullOrEmpty
    }

    It 'names every file of the top folder that people open' {
        if (-not $tracked) { Set-ItResult -Skipped -Because 'this is no git checkout'; return }
        $files = $tracked | Where-Object { $_ -notmatch '/' -and $_ -match '\.(ps1|md|toml)$' }
        $files | Where-Object { $_ -notin $mapped } | Should -BeNullOrEmpty
    }
}

Describe 'The manifest' {
    BeforeAll {
        $manifest = Import-PowerShellDataFile (Join-Path $module 'MgLicense.psd1')
        $loaded = Get-Module MgLicense
    }

    It 'is valid' {
        (Test-ModuleManifest (Join-Path $module 'MgLicense.psd1') -ErrorAction Stop).Name | Should -Be 'MgLicense'
    }

    It 'exports what the module exports, by name and without wildcards' {
        $manifest.FunctionsToExport | Sort-Object | Should -Be @($loaded.ExportedFunctions.Keys | Sort-Object)
        $manifest.CmdletsToExport | Sort-Object | Should -Be @($loaded.ExportedCmdlets.Keys | Sort-Object)
        $manifest.AliasesToExport | Sort-Object | Should -Be @($loaded.ExportedAliases.Keys | Sort-Object)
        @($manifest.VariablesToExport) | Should -BeNullOrEmpty
        @($manifest.FunctionsToExport) + @($manifest.CmdletsToExport) -match '\*' | Should -BeNullOrEmpty
    }

    It 'exports the commands that people come for' {
        foreach ($name in 'Connect-MgGraph', 'Disconnect-MgGraph', 'Get-MgContext', 'Get-MgEnvironment', 'Get-MgRequestContext', 'Set-MgRequestContext', 'Invoke-MgGraphRequest',
            'Connect-Graph', 'Disconnect-Graph', 'Invoke-GraphRequest', 'Get-MgSubscribedSku', 'Get-MgUser', 'New-MgUser', 'Update-MgUser', 'Remove-MgUser', 'Set-MgUserLicense',
            'Get-MgUserLicenseDetail', 'Get-MgOrganization', 'Get-MgDomain', 'Get-MgDirectorySubscription', 'Get-MgGroup', 'Get-MgGroupMember', 'Get-MgUserMemberOf',
            'Test-MgUserLicense', 'Remove-MgUserLicense', 'New-MgLocalTenant', 'Use-MgLocalTenant', 'Get-MgLocalTenant', 'Set-MgLocalTenant', 'Step-MgLocalTenant', 'Remove-MgLocalTenant', 'Get-MgLocalTenantRequest') {
            $loaded.ExportedCommands.Keys | Should -Contain $name
        }
    }

    It 'has the version that Cargo.toml names' {
        $version = Get-Content (Join-Path $root 'Cargo.toml') | ForEach-Object { if ($_ -match '^version = "([^"]+)"') { $Matches[1] } } | Select-Object -First 1
        $manifest.ModuleVersion | Should -Be $version
    }

    It 'asks for PowerShell 7.4 and names its editions' {
        [version]$manifest.PowerShellVersion | Should -Be ([version]'7.4')
        $manifest.CompatiblePSEditions | Should -Be 'Core'
    }
}

Describe 'The staged module' {
    It 'works from a folder with blanks, quotes and other scripts in its path' {
        $copy = Join-Path (New-TestPath "a b'c é 名") 'MgLicense'
        $null = New-Item -ItemType Directory -Path (Split-Path $copy)
        Copy-Item -Recurse -Path $module -Destination $copy
        $tenant = New-TestPath 'Größe.mgtenant'
        $child = Invoke-ChildShell -Module $copy -Script @"
            Import-Module `$module
            `$null = New-MgLocalTenant -Path '$tenant' -Sample
            Connect-MgGraph -LocalTenant '$tenant' -NoWelcome
            "skus: `$(@(Get-MgSubscribedSku -All).Count -gt 0) from `$((Get-Module MgLicense).ModuleBase)"
"@
        $child.ExitCode | Should -Be 0 -Because $child.Text
        $child.Output.Trim() | Should -Be "skus: True from $copy"
        $child.Error | Should -BeNullOrEmpty
    }

    It 'can be imported, removed and imported again in one session' {
        $child = Invoke-ChildShell -Script @'
            foreach ($round in 1..3) { Import-Module $module; $null = Get-MgEnvironment; Remove-Module MgLicense }
            Import-Module $module -Force
            (Get-MgEnvironment -Name Global).GraphEndpoint
'@
        $child.Output.Trim() | Should -Be 'https://graph.microsoft.com'
        $child.Error | Should -BeNullOrEmpty
    }

    It 'brings no library of its own but two' {
        $libraries = Get-ChildItem -Recurse -File $module | Where-Object Name -Match '\.(dll|so|dylib)$'
        $libraries.Name | Sort-Object | Should -HaveCount 2
        $libraries.Name | Should -Contain 'MgLicense.Interop.dll'
    }
}

Describe 'The demo' {
    It 'checks its own outcomes and ends with 0' {
        $demo = Join-Path $root 'examples' 'demo.ps1'
        $child = Invoke-ChildShell -Script "& '$($demo.Replace("'", "''"))' -Module `$module; exit `$LASTEXITCODE"
        $child.ExitCode | Should -Be 0 -Because $child.Text
        $child.Text | Should -Match ([char]0x2713)
        $child.Text | Should -Not -Match ([char]0x2717)
    }
}

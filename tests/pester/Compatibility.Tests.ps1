#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Answering to the module names of the SDK: scripts import them, require them, and ask for them before anything else.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $compat = Join-Path (Get-TestModulePath) 'compat'

    # A module that stands for the SDK's own of a name.
    function New-RealModule {
        param([string] $Folder, [string] $Name, [string] $Version)
        $path = Join-Path $Folder $Name $Version
        $null = New-Item -ItemType Directory -Force -Path $path
        Set-Content -Path (Join-Path $path "$Name.psd1") -Value "@{`n    ModuleVersion = '$Version'`n    GUID = '883916f2-9184-46ee-b1f8-b6a2fb784cee'`n    Description = 'the real one'`n}"
    }

    # Runs a text in a fresh PowerShell that finds no modules but its own and those of a folder.
    function Invoke-Clean {
        param([string] $Script, [string] $Modules = (New-TestPath 'modules'), [string] $User = (New-TestPath 'user-modules'))
        Invoke-ChildShell -Script $Script -Environment @{ PSModulePath = $Modules; MGLICENSE_USER_MODULES = $User }
    }
}

Describe 'The forwarding modules' {
    It 'have the names that scripts ask for' {
        $names = @(Get-ChildItem $compat).Name
        foreach ($name in 'Microsoft.Graph', 'Microsoft.Graph.Beta', 'Microsoft.Graph.Authentication', 'Microsoft.Graph.Users', 'Microsoft.Graph.Users.Actions',
            'Microsoft.Graph.Groups', 'Microsoft.Graph.Identity.DirectoryManagement', 'Microsoft.Graph.Beta.Users') {
            $names | Should -Contain $name
        }
    }

    It 'hold no code, say what they are, and have the version of an SDK' {
        foreach ($folder in Get-ChildItem $compat) {
            @(Get-ChildItem $folder -Recurse -File).Name | Should -Be "$($folder.Name).psd1"
            $manifest = Import-PowerShellDataFile (Join-Path $folder "$($folder.Name).psd1")
            $manifest.Description | Should -Match 'Forwarder of MgLicense'
            $manifest.Description | Should -Match 'not the SDK'
            $manifest.Author | Should -Match 'MgLicense.*Not a module of Microsoft'
            [version] $manifest.ModuleVersion | Should -BeGreaterOrEqual ([version] '2.3.0')
            $manifest.ContainsKey('RootModule') | Should -BeFalse
        }
    }

    It 'have an id each' {
        $ids = @(Get-ChildItem $compat | ForEach-Object { (Import-PowerShellDataFile (Join-Path $_ "$($_.Name).psd1")).GUID })
        @($ids | Sort-Object -Unique).Count | Should -Be $ids.Count
    }

    It 'put every command of the SDK under the module that has it there' {
        $users = Import-PowerShellDataFile (Join-Path $compat 'Microsoft.Graph.Users' 'Microsoft.Graph.Users.psd1')
        $users.FunctionsToExport | Should -Contain 'Get-MgUser'
        $users.FunctionsToExport | Should -Not -Contain 'Set-MgUserLicense'
        $actions = Import-PowerShellDataFile (Join-Path $compat 'Microsoft.Graph.Users.Actions' 'Microsoft.Graph.Users.Actions.psd1')
        $actions.FunctionsToExport | Should -Contain 'Set-MgUserLicense'
        $authentication = Import-PowerShellDataFile (Join-Path $compat 'Microsoft.Graph.Authentication' 'Microsoft.Graph.Authentication.psd1')
        $authentication.CmdletsToExport | Should -Contain 'Invoke-MgGraphRequest'
        $authentication.AliasesToExport | Should -Contain 'Connect-Graph'
    }
}

Describe 'Switched on for a process' {
    It 'lets a script require, list, import and name the modules' {
        $script = New-TestPath 'required.ps1'
        Set-Content -Path $script -Value @'
#Requires -Modules @{ ModuleName = 'Microsoft.Graph.Users'; ModuleVersion = '2.3.0' }
#Requires -Modules Microsoft.Graph.Beta.Users
Import-Module Microsoft.Graph.Groups
"listed $(@(Get-Module -ListAvailable Microsoft.Graph, Microsoft.Graph.Beta).Count)"
"loaded $(@(Get-Module Microsoft.Graph*).Count)"
(Get-Command Microsoft.Graph.Users\Get-MgUser).Name
(Get-Command Microsoft.Graph.Groups\Get-MgGroupOwner).Name
(Get-Command Microsoft.Graph.Beta.Users\Get-MgBetaUser).Name
(Get-Command Get-MgSubscribedSku).Name
'@
        $child = Invoke-Clean "Import-Module `$module`n`$null = Enable-MgLicenseCompatibility`n& '$script'"
        $child.Error | Should -BeNullOrEmpty
        $child.Output.Trim() -split '\r?\n' | Should -Be 'listed 2', 'loaded 3', 'Get-MgUser', 'Get-MgGroupOwner', 'Get-MgBetaUser', 'Get-MgSubscribedSku'
    }

    It 'works through the module-qualified name' {
        $tenant = New-TestTenant (Get-CompanySeed)
        $child = Invoke-Clean "Import-Module `$module`n`$null = Enable-MgLicenseCompatibility`n$(Get-ConnectText $tenant)`n(Microsoft.Graph.Users\Get-MgUser -UserId ada@contoso.com).DisplayName"
        $child.Output.Trim() | Should -Be 'Ada Archer'
        $child.Error | Should -BeNullOrEmpty
    }

    It 'says for every name who answers' {
        $child = Invoke-Clean 'Import-Module $module; Enable-MgLicenseCompatibility | ForEach-Object AnsweredBy | Sort-Object -Unique'
        $child.Output.Trim() | Should -Be 'MgLicense'
    }

    It 'leaves a name to the SDK''s own module, and says so' {
        $modules = New-TestPath 'modules'
        New-RealModule $modules Microsoft.Graph.Users 2.25.0
        $child = Invoke-Clean -Modules $modules 'Import-Module $module; $all = Enable-MgLicenseCompatibility -WarningVariable w 3>$null; "$w"; ($all | Where-Object Name -EQ Microsoft.Graph.Users | ForEach-Object { "$($_.AnsweredBy) $($_.InstalledVersion)" }); Import-Module Microsoft.Graph.Users; (Get-Module Microsoft.Graph.Users).Version.ToString()'
        $lines = $child.Output.Trim() -split '\r?\n'
        $lines[0] | Should -Match '^Microsoft\.Graph\.Users 2\.25\.0 is installed at .+ and keeps its name'
        $lines[1..2] | Should -Be 'Microsoft 2.25.0', '2.25.0'
    }

    It 'takes the name with -Force' {
        $modules = New-TestPath 'modules'
        New-RealModule $modules Microsoft.Graph.Users 2.99.0
        $child = Invoke-Clean -Modules $modules 'Import-Module $module; $all = Enable-MgLicenseCompatibility -Force -WarningVariable w 3>$null; "$w"; ($all | Where-Object Name -EQ Microsoft.Graph.Users).AnsweredBy; Import-Module Microsoft.Graph.Users; (Get-Module Microsoft.Graph.Users).ExportedCommands.ContainsKey("Get-MgUser")'
        $lines = $child.Output.Trim() -split '\r?\n'
        $lines[0] | Should -Match 'is hidden by MgLicense'
        $lines[1..2] | Should -Be 'MgLicense', 'True'
    }

    It 'is switched off again' {
        $child = Invoke-Clean 'Import-Module $module; $null = Enable-MgLicenseCompatibility; (Disable-MgLicenseCompatibility)[0].AnsweredBy; @(Get-Module -ListAvailable Microsoft.Graph*).Count'
        $child.Output.Trim() -split '\r?\n' | Should -Be 'None', '0'
    }

    It '-WhatIf changes nothing' {
        $child = Invoke-Clean 'Import-Module $module; Enable-MgLicenseCompatibility -WhatIf | Out-Null; @(Get-Module -ListAvailable Microsoft.Graph*).Count'
        ($child.Output.Trim() -split '\r?\n')[-1] | Should -Be '0'
    }

    It 'the commands stay when a forwarder is removed' {
        $child = Invoke-Clean 'Import-Module $module; $null = Enable-MgLicenseCompatibility; Import-Module Microsoft.Graph.Users; Remove-Module Microsoft.Graph.Users; (Get-Command Get-MgUser).Name; (Get-Module MgLicense).Name'
        $child.Output.Trim() -split '\r?\n' | Should -Be 'Get-MgUser', 'MgLicense'
        $child.Error | Should -BeNullOrEmpty
    }
}

Describe 'Switched on for the current user' {
    It 'works in every PowerShell of the user, and is taken away again' {
        $user = New-TestPath 'user-modules'
        $on = Invoke-Clean -User $user 'Import-Module $module; (Enable-MgLicenseCompatibility -Scope CurrentUser | Where-Object AnsweredBy -NE MgLicense).Count'
        $on.Output.Trim() | Should -Be '0'
        # A PowerShell that knows nothing of MgLicense but what lies among the user's modules.
        $script = "#Requires -Modules @{ ModuleName = 'Microsoft.Graph.Users'; ModuleVersion = '2.3.0' }`n(Get-Command Get-MgUser).Name; (Get-Command Connect-MgGraph).Name"
        $fresh = Invoke-ChildShell -Script "& { $(($script -split "`n")[1]) }" -Environment @{ PSModulePath = $user; MGLICENSE_USER_MODULES = $user }
        $fresh.Output.Trim() -split '\r?\n' | Should -Be 'Get-MgUser', 'Connect-MgGraph'
        $fresh.Error | Should -BeNullOrEmpty
        $off = Invoke-Clean -User $user 'Import-Module $module; $null = Disable-MgLicenseCompatibility -Scope CurrentUser; "done"'
        $off.Output.Trim() | Should -Be 'done'
        @(Get-ChildItem $user -Recurse -ErrorAction Ignore) | Should -BeNullOrEmpty
    }

    It 'touches no module but its own' {
        $user = New-TestPath 'user-modules'
        New-RealModule $user Microsoft.Graph.Users 2.25.0
        $child = Invoke-Clean -User $user 'Import-Module $module; $null = Enable-MgLicenseCompatibility -Scope CurrentUser 3>$null; $null = Disable-MgLicenseCompatibility -Scope CurrentUser; "done"'
        $child.Output.Trim() | Should -Be 'done'
        @(Get-ChildItem $user -Recurse -File).Name | Should -Be 'Microsoft.Graph.Users.psd1'
        Get-Content (Join-Path $user 'Microsoft.Graph.Users' '2.25.0' 'Microsoft.Graph.Users.psd1') -Raw | Should -Match 'the real one'
    }
}

Describe 'Select-MgProfile' {
    It 'warns and has no effect' {
        $null = Connect-TestTenant (Get-CompanySeed)
        $recorded = Invoke-Recorded { Select-MgProfile -Name beta }
        $recorded.Warnings | Should -Match 'no effect'
        $recorded.Output | Should -BeNullOrEmpty
        $sent = Get-SentRequest { Get-MgUser -UserId ada@contoso.com }
        $sent.Path | Should -Match '/v1\.0/users/'
        (Invoke-Recorded { Get-MgProfile }).Output.Name | Should -Be 'v1.0'
        Disconnect-TestTenant
    }
}

Describe 'The second module' {
    It 'is loaded by PowerShell when one of its commands is first called' {
        $tenant = New-TestTenant (Get-CompanySeed)
        $child = Invoke-Clean "Import-Module `$module`n$(Get-ConnectText $tenant)`n@(Get-Module MgLicense.Wide).Count`n(Get-MgBetaUser -UserId ada@contoso.com).UsageLocation`n@(Get-Module MgLicense.Wide).Count"
        $child.Output.Trim() -split '\r?\n' | Should -Be '0', 'GB', '1'
        $child.Error | Should -BeNullOrEmpty
    }

    It 'leaves the search path as it was when MgLicense is removed' {
        $child = Invoke-Clean '$before = $env:PSModulePath; Import-Module $module; $during = $env:PSModulePath; Remove-Module MgLicense; ($during -ne $before), ($env:PSModulePath -eq $before)'
        $child.Output.Trim() -split '\r?\n' | Should -Be 'True', 'True'
    }
}

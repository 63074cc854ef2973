#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Which private command a call of a public function reaches. Nobody is signed in here: the error of each call names the
# private command, and nothing is sent.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    Disconnect-TestTenant

    # The private commands that a block reached, in order, by the ids of their errors.
    function Get-Reached {
        param([scriptblock] $Block)
        $recorded = Invoke-Recorded $Block
        if ($recorded.Thrown) { throw $recorded.Thrown }
        $recorded.Errors.ForEach({ ($_.FullyQualifiedErrorId -split ',')[-1] -replace '^Microsoft\.Graph\.PowerShell\.Cmdlets\.' }) -join ' '
    }
}

AfterAll {
    Disconnect-TestTenant
}

Describe 'Without input, a function reaches the command of its parameter set' {
    It '<Expected>' -ForEach @(
        @{ Expected = 'GetMgUser_List'; Block = { Get-MgUser -All } }
        @{ Expected = 'GetMgUser_Get'; Block = { Get-MgUser -UserId x } }
        @{ Expected = 'GetMgUser_GetViaIdentity'; Block = { Get-MgUser -InputObject @{ UserId = 'x' } } }
        @{ Expected = 'GetMgGroupMember_List'; Block = { Get-MgGroupMember -GroupId x } }
        @{ Expected = 'GetMgSubscribedSku_Get'; Block = { Get-MgSubscribedSku -SubscribedSkuId x } }
        @{ Expected = 'NewMgUser_CreateExpanded'; Block = { New-MgUser -DisplayName x } }
        @{ Expected = 'NewMgUser_Create'; Block = { New-MgUser -BodyParameter @{ displayName = 'x' } } }
        @{ Expected = 'UpdateMgUser_UpdateExpanded'; Block = { Update-MgUser -UserId x -UsageLocation GB } }
        @{ Expected = 'UpdateMgUser_Update'; Block = { Update-MgUser -UserId x -BodyParameter @{ city = 'Leeds' } } }
        @{ Expected = 'UpdateMgUser_UpdateViaIdentityExpanded'; Block = { Update-MgUser -InputObject @{ UserId = 'x' } -City Leeds } }
        @{ Expected = 'UpdateMgUser_UpdateViaIdentity'; Block = { Update-MgUser -InputObject @{ UserId = 'x' } -BodyParameter @{ city = 'Leeds' } } }
        @{ Expected = 'RemoveMgUser_Delete'; Block = { Remove-MgUser -UserId x } }
        @{ Expected = 'RemoveMgUser_DeleteViaIdentity'; Block = { Remove-MgUser -InputObject @{ UserId = 'x' } } }
        @{ Expected = 'SetMgUserLicense_AssignExpanded'; Block = { Set-MgUserLicense -UserId x -AddLicenses @{} -RemoveLicenses @() } }
        @{ Expected = 'SetMgUserLicense_Assign'; Block = { Set-MgUserLicense -UserId x -BodyParameter @{ addLicenses = @() } } }
        @{ Expected = 'SetMgUserLicense_AssignViaIdentityExpanded'; Block = { Set-MgUserLicense -InputObject @{ UserId = 'x' } -AddLicenses @() } }
        @{ Expected = 'SetMgUserLicense_AssignViaIdentity'; Block = { Set-MgUserLicense -InputObject @{ UserId = 'x' } -BodyParameter @{ addLicenses = @() } } }
    ) {
        Get-Reached $Block | Should -Be $Expected
    }
}

Describe 'With input, a function reaches the command that was meant' {
    It '<Expected>: <Block>' -ForEach @(
        @{ Expected = 'GetMgUser_GetViaIdentity'; Block = { @{ UserId = 'x' } | Get-MgUser } }
        @{ Expected = 'GetMgUser_GetViaIdentity'; Block = { [pscustomobject] @{ UserId = 'x' } | Get-MgUser } }
        @{ Expected = 'GetMgUser_GetViaIdentity GetMgUser_GetViaIdentity'; Block = { @{ UserId = 'x' }, @{ UserId = 'y' } | Get-MgUser -Property id } }
        @{ Expected = 'RemoveMgUser_DeleteViaIdentity'; Block = { @{ UserId = 'x' } | Remove-MgUser } }
        @{ Expected = 'NewMgUser_Create'; Block = { @{ displayName = 'x' } | New-MgUser } }
        @{ Expected = 'NewMgUser_Create'; Block = { [pscustomobject] @{ displayName = 'x' } | New-MgUser } }
        @{ Expected = 'NewMgUser_Create'; Block = { '{"displayName":"x"}' | New-MgUser } }
        @{ Expected = 'NewMgUser_CreateExpanded'; Block = { @{ Prefer = 'x' } | New-MgUser -DisplayName x } }
        @{ Expected = 'UpdateMgUser_UpdateViaIdentityExpanded'; Block = { @{ UserId = 'x' } | Update-MgUser -UsageLocation GB } }
        @{ Expected = 'UpdateMgUser_Update'; Block = { @{ city = 'Leeds' } | Update-MgUser -UserId x } }
        @{ Expected = 'UpdateMgUser_UpdateViaIdentity'; Block = { @{ UserId = 'x' } | Update-MgUser -BodyParameter @{ city = 'Leeds' } } }
        @{ Expected = 'SetMgUserLicense_AssignViaIdentityExpanded'; Block = { @{ UserId = 'x' } | Set-MgUserLicense -AddLicenses @() -RemoveLicenses @('a') } }
        @{ Expected = 'SetMgUserLicense_Assign'; Block = { @{ addLicenses = @(); removeLicenses = @() } | Set-MgUserLicense -UserId x } }
        @{ Expected = 'SetMgUserLicense_Assign'; Block = { [pscustomobject] @{ addLicenses = @() } | Set-MgUserLicense -UserId x } }
        @{ Expected = 'SetMgUserLicense_AssignViaIdentity'; Block = { @{ UserId = 'x' } | Set-MgUserLicense -BodyParameter @{ addLicenses = @() } } }
        @{ Expected = 'SetMgUserLicense_AssignViaIdentityExpanded'; Block = { 'x' | Set-MgUserLicense -AddLicenses SPE_E5 } }
        @{ Expected = 'SetMgUserLicense_AssignViaIdentityExpanded'; Block = { [pscustomobject] @{ UserPrincipalName = 'x'; AddLicenses = 'SPE_E5' } | Set-MgUserLicense } }
        @{ Expected = 'SetMgUserLicense_AssignViaIdentityExpanded SetMgUserLicense_AssignViaIdentityExpanded'; Block = { 'x', @{ UserId = 'y' } | Set-MgUserLicense -RemoveLicenses a } }
    ) {
        Get-Reached $Block | Should -Be $Expected
    }

    It 'nothing is reached by an empty list' {
        Get-Reached { @() | Get-MgUser } | Should -Be ''
        Get-Reached { @() | Set-MgUserLicense -AddLicenses SPE_E5 } | Should -Be ''
    }

    It 'input that means nothing to a command is a binding error of the function' {
        $recorded = Invoke-Recorded { [pscustomobject] @{ UserId = 'x' } | Get-MgUser -All }
        $recorded.Errors.FullyQualifiedErrorId | Should -Be 'InputObjectNotBound,Get-MgUser'
    }
}

Describe 'A function behaves as the private command does' {
    It 'its failure shows in $?, and the next line runs' {
        $recorded = Invoke-Recorded { Get-MgUser -UserId x; $?; 'next' }
        $recorded.Output | Should -Be $false, 'next'
    }

    It '-ErrorAction Stop ends it in catch with the same record' {
        $caught = try { Get-MgUser -UserId x -ErrorAction Stop } catch { $_ }
        $caught.FullyQualifiedErrorId | Should -Match 'Microsoft\.Graph\.PowerShell\.Cmdlets\.GetMgUser_Get$'
        $caught.CategoryInfo.Activity | Should -Be 'Get-MgUser_Get'
    }

    It '-ErrorAction Ignore and SilentlyContinue are silent, -ErrorVariable collects' {
        (Invoke-Recorded { Get-MgUser -UserId x -ErrorAction Ignore }).Errors | Should -BeNullOrEmpty
        $recorded = Invoke-Recorded { Get-MgUser -UserId x -ErrorAction SilentlyContinue -ErrorVariable problem; $problem.Count }
        $recorded.Errors | Should -BeNullOrEmpty
        $recorded.Output | Should -Be 1
    }

    It 'the console names the private command' {
        $child = Invoke-ChildShell 'Import-Module $module; Get-MgUser -UserId x'
        $child.Text | Should -Match '(?m)^Get-MgUser_Get: '
    }

    It '-WhatIf shows the operation with its placeholder, and asks nobody' {
        $child = Invoke-ChildShell 'Import-Module $module; Set-MgUserLicense -UserId x -AddLicenses @{} -RemoveLicenses @() -WhatIf; "code $?"'
        $child.Text | Should -Match 'What if: Performing the operation "Set-MgUserLicense_AssignExpanded" on target "Call remote ''POST /users/\{user-id\}/microsoft\.graph\.assignLicense'' operation"'
        $child.Text | Should -Match 'code True'
    }

    It 'it works from many runspaces at once' {
        $ids = 1..8 | ForEach-Object -ThrottleLimit 8 -Parallel {
            Import-Module $using:PSScriptRoot/Helpers.psm1
            Import-TestModule
            1..50 | ForEach-Object {
                try { Get-MgUser -UserId x -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
                try { @{ UserId = 'x' } | Set-MgUserLicense -RemoveLicenses a -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
            }
        }
        $ids | Should -HaveCount 800
        @($ids | Sort-Object -Unique | ForEach-Object { ($_ -split ',')[-1] }) | Should -Be 'Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_Get', 'Microsoft.Graph.PowerShell.Cmdlets.SetMgUserLicense_AssignViaIdentityExpanded'
    }

    It 'a mock in Pester takes its place, with its parameters' {
        Mock Set-MgUserLicense { 'mocked' } -ParameterFilter { $UserId -eq 'x' -and $AddLicenses.Count -eq 1 -and $AddLicenses[0].SkuId -eq 'sku-a' -and $RemoveLicenses.Count -eq 0 }
        Set-MgUserLicense -UserId x -AddLicenses @{ SkuId = 'sku-a' } -RemoveLicenses @() | Should -Be 'mocked'
        Should -Invoke Set-MgUserLicense -Times 1 -Exactly
    }
}

# A Pester suite as people write one: commands are mocked by name, in a module and in the script, and asserted on.

BeforeAll {
    Import-Module MgLicense
    Import-Module (Join-Path $PSScriptRoot 'LicenceModule.psm1') -Force
    function Invoke-Welcome { param($Id) Update-MgUser -UserId $Id -UsageLocation 'GB'; New-MgGroupMember -GroupId 'g' -DirectoryObjectId $Id }
}

Describe 'Add-TeamLicence' {
    BeforeEach {
        Mock Get-MgGroup { [pscustomobject]@{ Id = 'group-1' } } -ModuleName LicenceModule
        Mock Get-MgGroupMember { 'a', 'b', 'c' | ForEach-Object { [pscustomobject]@{ Id = "user-$_" } } } -ModuleName LicenceModule
        Mock Set-MgUserLicense { } -ModuleName LicenceModule
    }
    It 'asks for the group by name' {
        Add-TeamLicence -Team Sales -Sku sku-a
        Should -Invoke Get-MgGroup -ModuleName LicenceModule -Times 1 -Exactly -ParameterFilter { $Filter -eq "displayName eq 'Sales'" }
    }
    It 'licenses every member' {
        Add-TeamLicence -Team Sales -Sku sku-a
        Should -Invoke Set-MgUserLicense -ModuleName LicenceModule -Times 3 -Exactly
    }
    It 'sends the product, no removal, and the header' {
        Add-TeamLicence -Team Sales -Sku sku-a
        Should -Invoke Set-MgUserLicense -ModuleName LicenceModule -Times 1 -Exactly -ParameterFilter {
            $UserId -eq 'user-b' -and $AddLicenses[0].SkuId -eq 'sku-a' -and $RemoveLicenses.Count -eq 0 -and $Headers['x-run'] -eq 'team'
        }
    }
    It 'throws without a group' {
        Mock Get-MgGroup { } -ModuleName LicenceModule
        { Add-TeamLicence -Team Nobody -Sku sku-a } | Should -Throw 'no group Nobody'
        Should -Invoke Set-MgUserLicense -ModuleName LicenceModule -Times 0 -Exactly
    }
}

Describe 'Remove-EveryLicence' {
    BeforeAll { Mock Set-MgUserLicense { } -ModuleName LicenceModule }
    It 'takes all that is held' {
        Mock Get-MgUserLicenseDetail { @{ SkuId = 'sku-a' }, @{ SkuId = 'sku-b' } | ForEach-Object { [pscustomobject]$_ } } -ModuleName LicenceModule
        Remove-EveryLicence -UserId user-1
        Should -Invoke Set-MgUserLicense -ModuleName LicenceModule -Times 1 -Exactly -ParameterFilter { $RemoveLicenses -contains 'sku-a' -and $RemoveLicenses -contains 'sku-b' -and $AddLicenses.Count -eq 0 }
    }
    It 'does nothing where nothing is held' {
        Mock Get-MgUserLicenseDetail { } -ModuleName LicenceModule
        Remove-EveryLicence -UserId user-1
        Should -Invoke Set-MgUserLicense -ModuleName LicenceModule -Times 0 -Exactly
    }
    It 'does nothing under -WhatIf' {
        Mock Get-MgUserLicenseDetail { [pscustomobject]@{ SkuId = 'sku-a' } } -ModuleName LicenceModule
        Remove-EveryLicence -UserId user-1 -WhatIf
        Should -Invoke Set-MgUserLicense -ModuleName LicenceModule -Times 0 -Exactly
    }
    It 'lets a refusal through' {
        Mock Get-MgUserLicenseDetail { [pscustomobject]@{ SkuId = 'sku-a' } } -ModuleName LicenceModule
        Mock Set-MgUserLicense { throw '[Request_BadRequest] : inherited' } -ModuleName LicenceModule
        { Remove-EveryLicence -UserId user-1 } | Should -Throw '*inherited*'
    }
}

Describe 'Get-Waste' {
    It 'finds blocked accounts that hold something, with objects of the SDK''s types' {
        Mock Get-MgBetaUser {
            [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser]@{ Id = '1'; AccountEnabled = $false; AssignedLicenses = @(@{ SkuId = 'sku-a' }) }
            [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser]@{ Id = '2'; AccountEnabled = $true; AssignedLicenses = @(@{ SkuId = 'sku-a' }) }
            [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser]@{ Id = '3'; AccountEnabled = $false; AssignedLicenses = @() }
        } -ModuleName LicenceModule
        @(Get-Waste).Id | Should -Be '1'
    }
}

Describe 'In the scope of the script' {
    BeforeEach {
        Mock Update-MgUser { }
        Mock New-MgGroupMember { }
    }
    It 'mocks are seen' {
        Invoke-Welcome 'not-a-guid'
        Should -Invoke Update-MgUser -Times 1 -Exactly -ParameterFilter { $UserId -eq 'not-a-guid' -and $UsageLocation -eq 'GB' }
        Should -Invoke New-MgGroupMember -Times 1 -Exactly -ParameterFilter { $GroupId -eq 'g' -and $DirectoryObjectId -eq 'not-a-guid' }
    }
    It 'filters pick the mock' {
        Mock Update-MgUser { 'other' } -ParameterFilter { $UserId -eq 'x' }
        Invoke-Welcome 'x' | Should -Be 'other'
    }
    It 'a mock of a sign-in' {
        Mock Connect-MgGraph { }
        Connect-MgGraph -Scopes 'User.ReadWrite.All' -NoWelcome
        Should -Invoke Connect-MgGraph -Times 1 -Exactly -ParameterFilter { $Scopes -contains 'User.ReadWrite.All' }
    }
    It 'an identity object' {
        Mock Remove-MgUser { }
        Remove-MgUser -InputObject @{ UserId = 'user-1' }
        Should -Invoke Remove-MgUser -Times 1 -Exactly -ParameterFilter { $InputObject.UserId -eq 'user-1' }
    }
    It 'arguments that do not bind are refused all the same' {
        { Update-MgUser -NoSuchThing 1 -UserId x } | Should -Throw
    }
}

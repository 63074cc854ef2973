# People test their scripts with mocks of these commands. A mock copies the metadata of a command, so every type must be
# public and every default must bind.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    Disconnect-TestTenant

    # A script under test, as somebody might have it.
    function Move-License {
        param([string] $UserId, [string] $From, [string] $To)
        $user = Get-MgUser -UserId $UserId -Property Id, AssignedLicenses, UsageLocation -ErrorAction Stop
        if (-not $user.UsageLocation) { Update-MgUser -UserId $user.Id -UsageLocation GB }
        $sku = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ $To
        try {
            Set-MgUserLicense -UserId $user.Id -AddLicenses @(@{ SkuId = $sku.SkuId }) -RemoveLicenses @($From) -ErrorAction Stop | Out-Null
        } catch {
            "failed: $($_.Exception.Message)"
        }
    }

    function Clear-License {
        param([string] $UserId)
        $user = Get-MgUser -UserId $UserId -Property AssignedLicenses
        Set-MgUserLicense -UserId $UserId -AddLicenses @() -RemoveLicenses $user.AssignedLicenses.SkuId
    }

    # The same in a module.
    New-Module -Name LicenseScripts -ScriptBlock {
        function Add-Everyone { Get-MgUser -All | ForEach-Object { Set-MgUserLicense -UserId $_.Id -AddLicenses @{ SkuId = 'sku-a' } -RemoveLicenses @() } }
        Export-ModuleMember -Function Add-Everyone
    } | Import-Module -Global
}

AfterAll {
    Remove-Module LicenseScripts
}

Describe 'Mocks' {
    BeforeEach {
        Mock Get-MgUser { [pscustomobject]@{ Id = 'user-1'; UsageLocation = $null; AssignedLicenses = @([pscustomobject]@{ SkuId = 'sku-a' }) } }
        Mock Get-MgSubscribedSku { @([pscustomobject]@{ SkuId = 'sku-b'; SkuPartNumber = 'SPE_E5' }) }
        Mock Update-MgUser { }
        Mock Set-MgUserLicense { }
    }

    It 'see the arguments as the script gave them' {
        Move-License -UserId ada@contoso.com -From sku-a -To SPE_E5
        Should -Invoke Get-MgUser -Times 1 -Exactly -ParameterFilter { $UserId -eq 'ada@contoso.com' -and $Property.Count -eq 3 }
        Should -Invoke Update-MgUser -Times 1 -Exactly -ParameterFilter { $UserId -eq 'user-1' -and $UsageLocation -eq 'GB' }
        Should -Invoke Set-MgUserLicense -Times 1 -Exactly -ParameterFilter {
            $UserId -eq 'user-1' -and $AddLicenses.Count -eq 1 -and $AddLicenses[0].SkuId -eq 'sku-b' -and $RemoveLicenses -contains 'sku-a'
        }
    }

    It 'count an empty list as empty' {
        Clear-License -UserId user-1
        Should -Invoke Set-MgUserLicense -Times 1 -Exactly -ParameterFilter { $AddLicenses.Count -eq 0 -and $RemoveLicenses -contains 'sku-a' }
    }

    It 'can throw' {
        Mock Set-MgUserLicense { throw '[Request_BadRequest] : no' }
        Move-License -UserId user-1 -From sku-a -To SPE_E5 | Should -BeExactly 'failed: [Request_BadRequest] : no'
    }

    It 'still refuse arguments that do not bind' {
        { Set-MgUserLicense -UserId user-1 -NoSuchParameter x } | Should -Throw
        { Set-MgUserLicense 'user-1' -AddLicenses @() -RemoveLicenses @() } | Should -Throw
    }

    It 'work inside a module' {
        Mock Get-MgUser { [pscustomobject]@{ Id = 'user-1' }, [pscustomobject]@{ Id = 'user-2' } } -ModuleName LicenseScripts
        Mock Set-MgUserLicense { } -ModuleName LicenseScripts
        Add-Everyone
        Should -Invoke Set-MgUserLicense -ModuleName LicenseScripts -Times 2 -Exactly -ParameterFilter { $AddLicenses[0].SkuId -eq 'sku-a' }
    }

    It 'take objects of the SDK''s types back' {
        Mock Get-MgUser { [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser]@{ Id = 'user-1'; UsageLocation = 'GB' } }
        Move-License -UserId user-1 -From sku-a -To SPE_E5
        Should -Invoke Update-MgUser -Times 0
    }
}

Describe 'A mock of' {
    It '<_> can be made' -ForEach @(
        'Connect-MgGraph', 'Disconnect-MgGraph', 'Get-MgContext', 'Get-MgEnvironment', 'Get-MgRequestContext', 'Set-MgRequestContext', 'Invoke-MgGraphRequest'
        'Get-MgSubscribedSku', 'Get-MgUser', 'New-MgUser', 'Update-MgUser', 'Remove-MgUser', 'Set-MgUserLicense', 'Get-MgUserLicenseDetail'
        'Get-MgOrganization', 'Get-MgDomain', 'Get-MgDirectorySubscription', 'Get-MgGroup', 'Get-MgGroupMember', 'Get-MgUserMemberOf'
        'Remove-MgUserLicense', 'Test-MgUserLicense'
    ) {
        Mock $_ { 'mocked' }
        $required = @{}
        foreach ($name in 'UserId', 'GroupId', 'Uri', 'SkuId') {
            $parameter = (Get-Command $_).Parameters[$name]
            if ($parameter -and $parameter.Attributes.Where({ $_.Mandatory })) { $required[$name] = 'x' }
        }
        & $_ @required | Should -Be 'mocked'
    }
}

# Public reports on request bodies and parameter binding. What the coverage file says of tags holds here.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-TestModule
    $sku = Get-ReportSku
    $plan = Get-ReportPlan
    $user = Get-ReportUser
}

AfterAll { Disconnect-TestTenant }

Describe 'Request bodies and parameter binding' {
    Context 'An empty list is left out of the body and the service refuses the call' -Tag 'Report1' {
        BeforeEach { $null = Connect-ReportTenant -Held @{ u1 = 'EXCHANGEENTERPRISE' } }

        It 'sends both lists and removes the licence when nothing to add is written as <Name>' -ForEach @(
            @{ Name = '@()'; Arguments = @{ AddLicenses = @() } }
            @{ Name = '@{}'; Arguments = @{ AddLicenses = @{} } }
            @{ Name = 'nothing at all'; Arguments = @{} }
        ) {
            $changed = Set-MgUserLicense -UserId $user.u1 @Arguments -RemoveLicenses @($sku.EXCHANGEENTERPRISE)

            $changed.UserPrincipalName | Should -Be $user.u1
            Get-LicenseBody | Should -Be "{`"addLicenses`":[],`"removeLicenses`":[`"$($sku.EXCHANGEENTERPRISE)`"]}"
            Get-Held $user.u1 | Should -Be ''
            Get-SeatsUsed EXCHANGEENTERPRISE | Should -Be 0
        }
    }

    Context 'A filled list is left out of the body, on some platforms only' -Tag 'Report2' {
        It 'sends exactly what was passed, byte for byte' {
            $null = Connect-ReportTenant
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.FLOW_FREE } -RemoveLicenses @()

            Get-LicenseBody | Should -Be "{`"addLicenses`":[{`"skuId`":`"$($sku.FLOW_FREE)`"}],`"removeLicenses`":[]}"
            Get-Held $user.u1 | Should -Be 'FLOW_FREE'
            Get-SeatsUsed FLOW_FREE | Should -Be 1
        }
    }

    Context 'A key set to null in the body is dropped and the call fails as if it had not been given' -Tag 'Report3' {
        It 'sends an empty list for it' {
            $null = Connect-ReportTenant
            $null = Set-MgUserLicense -UserId $user.u1 -BodyParameter @{ addLicenses = @(@{ skuId = $sku.FLOW_FREE }); removeLicenses = $null }

            Get-LicenseBody | Should -Be "{`"addLicenses`":[{`"skuId`":`"$($sku.FLOW_FREE)`"}],`"removeLicenses`":[]}"
            Get-Held $user.u1 | Should -Be 'FLOW_FREE'
        }
    }

    Context 'Assigning the licences of a colleague ends in a refusal that no change was given' -Tag 'Report5' {
        BeforeEach {
            $null = Connect-ReportTenant -Held @{ u1 = 'FLOW_FREE', @{ skuPartNumber = 'ENTERPRISEPACK'; disabledPlans = @('SWAY') } }
        }

        It 'copies products and switched-off plans of a user that was read with -Property AssignedLicenses' {
            $source = Get-MgUser -UserId $user.u1 -Property AssignedLicenses
            $null = Set-MgUserLicense -UserId $user.u5 -AddLicenses $source.AssignedLicenses -RemoveLicenses @()

            Get-Held $user.u5 | Should -Be 'ENTERPRISEPACK FLOW_FREE'
            Get-PlanOff $user.u5 $sku.ENTERPRISEPACK | Should -Be $plan.SWAY
            Get-PlanOff $user.u5 $sku.FLOW_FREE | Should -BeNullOrEmpty
        }

        It 'is told to select the property where the user was read without it' {
            $source = Get-MgUser -UserId $user.u1
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u5 -AddLicenses $source.AssignedLicenses -RemoveLicenses @() }

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors[0].Exception.Message | Should -BeLike '`[Request_BadRequest`] : No license changes provided*'
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
            $outcome.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Property*'
            Get-Held $user.u5 | Should -Be ''
        }
    }

    Context 'A part number or empty text as id gives an unreadable error with a success line in front of it' -Tag 'Report7' {
        BeforeAll { $null = Connect-ReportTenant }

        It 'leaves <Text> to the service, writes its refusal and no user' -ForEach @(
            @{ Text = "'NOTASKU'"; Id = 'NOTASKU' }
            @{ Text = 'an empty text'; Id = '' }
        ) {
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $Id } -RemoveLicenses @() }

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors | Should -HaveCount 1
            $outcome.Errors[0].Exception.Message | Should -BeLike "*Cannot convert a primitive value to the expected type 'Edm.Guid'*"
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
            Get-LicenseBody | Select-Object -Last 1 | Should -Be "{`"addLicenses`":[{`"skuId`":`"$Id`"}],`"removeLicenses`":[]}"
            Get-Held $user.u1 | Should -Be ''
        }

        It 'takes a known part number for its id' {
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = 'ENTERPRISEPACK' } -RemoveLicenses @()

            (Get-MgUser -UserId $user.u1 -Property AssignedLicenses).AssignedLicenses.SkuId | Should -Be $sku.ENTERPRISEPACK
        }
    }

    Context 'A reply with two keys that differ only in case makes every licence action fail' -Tag 'Report9' {
        It 'assigns, and keeps a value' {
            $null = Connect-ReportTenant -Setting @{
                faults = @(@{ on = @{ path = '/users/**' }; addProperties = @{ keepCopy = 'small' } }, @{ on = @{ path = '/users/**' }; addProperties = @{ KeepCopy = 'large' } })
            }
            $changed = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.FLOW_FREE } -RemoveLicenses @()

            $changed.UserPrincipalName | Should -Be $user.u1
            $changed.AdditionalProperties['keepCopy'] | Should -Be 'small'
            $changed.AdditionalProperties['KeepCopy'] | Should -Be 'large'
            Get-Held $user.u1 | Should -Be 'FLOW_FREE'
        }
    }

    Context 'Licence objects that came through remoting do not bind' -Tag 'Report11' {
        BeforeEach { $null = Connect-ReportTenant }

        It 'takes a custom object' {
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses ([pscustomobject]@{ SkuId = $sku.FLOW_FREE; DisabledPlans = @() }) -RemoveLicenses @()
            Get-Held $user.u1 | Should -Be 'FLOW_FREE'
        }

        It 'takes the same object after export and import' {
            $file = New-TestPath 'licence.xml'
            [pscustomobject]@{ SkuId = $sku.FLOW_FREE; DisabledPlans = @() } | Export-Clixml $file
            $licence = Import-Clixml $file
            $licence.PSTypeNames[0] | Should -BeLike 'Deserialized.*'

            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses $licence -RemoveLicenses @()
            Get-Held $user.u1 | Should -Be 'FLOW_FREE'
        }

        It 'takes the licences of a user after export and import, with their switched-off plans' {
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.SPE_E5; DisabledPlans = @($plan.SWAY) } -RemoveLicenses @()
            $file = New-TestPath 'user.xml'
            Get-MgUser -UserId $user.u1 -Property AssignedLicenses | Export-Clixml $file -Depth 5
            $copy = Import-Clixml $file

            $null = Set-MgUserLicense -UserId $user.u5 -AddLicenses $copy.AssignedLicenses -RemoveLicenses @()
            Get-Held $user.u5 | Should -Be 'SPE_E5'
            Get-PlanOff $user.u5 $sku.SPE_E5 | Should -Be $plan.SWAY
        }
    }

    Context 'Asking for one product by its own id is refused' -Tag 'Report13' {
        BeforeAll { $null = Connect-ReportTenant }

        It 'refuses it as the service does' {
            $outcome = Invoke-Recorded { Get-MgSubscribedSku -SubscribedSkuId $sku.ENTERPRISEPACK }
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors[0].ErrorDetails.Message | Should -BeLike '*Status: 400 (BadRequest)*'
        }

        It 'gives the product for tenant id and product id joined' {
            $tenantId = (Get-MgOrganization).Id
            (Get-MgSubscribedSku -SubscribedSkuId "$($tenantId)_$($sku.ENTERPRISEPACK)").SkuPartNumber | Should -Be 'ENTERPRISEPACK'
        }

        It 'finds it for licensing by <Kind>' -ForEach @(
            @{ Kind = 'its own id'; Product = '6fd2c87f-b296-42f0-b197-1e91e994b900' }
            @{ Kind = 'its part number'; Product = 'ENTERPRISEPACK' }
            @{ Kind = 'its part number in small letters'; Product = 'enterprisepack' }
            @{ Kind = 'its name'; Product = 'Office 365 E3' }
        ) {
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses $Product -RemoveLicenses @()
            Get-LicenseBody | Select-Object -Last 1 | Should -Be "{`"addLicenses`":[{`"skuId`":`"$($sku.ENTERPRISEPACK)`"}],`"removeLicenses`":[]}"
        }
    }
}

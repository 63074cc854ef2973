# Public reports on adding, removing and swapping. What the coverage file says of tags holds here.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-TestModule
    $sku = Get-ReportSku
    $plan = Get-ReportPlan
    $user = Get-ReportUser
}

AfterAll { Disconnect-TestTenant }

Describe 'Adding, removing and swapping' {
    Context 'One product in the list that the user lacks makes the whole removal fail' -Tag 'Report43' {
        BeforeEach { $null = Connect-ReportTenant -Held @{ u1 = 'FLOW_FREE' } }

        It 'refuses the request whole, as the service does' {
            $outcome = Invoke-Recorded { Set-MgUserLicense -UserId $user.u1 -AddLicenses @() -RemoveLicenses @($sku.FLOW_FREE, $sku.VISIOCLIENT) }

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Errors[0].Exception.Message | Should -Be '[Request_BadRequest] : User does not have a corresponding license.'
            Get-Held $user.u1 | Should -Be 'FLOW_FREE'
        }

        It 'removes what is held with our own command, in one request, and notes what was not' {
            $result = Remove-MgUserLicense -UserId $user.u1 -SkuId FLOW_FREE, VISIOCLIENT -Confirm:$false

            $result.Status | Should -Be 'Changed'
            $result.Error | Should -BeNullOrEmpty
            $result.Removed.SkuPartNumber | Should -Be 'FLOW_FREE'
            $result.NotHeld.SkuPartNumber | Should -Be 'VISIOCLIENT'
            Get-LicenseBody | Should -Be "{`"addLicenses`":[],`"removeLicenses`":[`"$($sku.FLOW_FREE)`"]}"
            Get-Held $user.u1 | Should -Be ''
        }
    }

    Context 'Replacing one product strips users of their others' -Tag 'Report47' {
        BeforeEach {
            $null = Connect-ReportTenant -Held @{ u1 = 'STANDARDPACK', 'FLOW_FREE'; u5 = 'STANDARDPACK', 'VISIOCLIENT'; u3 = 'FLOW_FREE' }
        }

        It 'changes only the product that is named, and leaves a user who lacks it alone' {
            $outcome = Invoke-Recorded {
                $user.u1, $user.u5, $user.u3 | Set-MgUserLicense -AddLicenses ENTERPRISEPACK -RemoveLicenses STANDARDPACK
            }
            $results = $outcome.Output | Sort-Object Row
            $results.Status | Should -Be 'Changed', 'Changed', 'Failed'
            $results[2].Error | Should -BeLike '*does not have a corresponding license*'
            Get-Held $user.u1 | Should -Be 'ENTERPRISEPACK FLOW_FREE'
            Get-Held $user.u5 | Should -Be 'ENTERPRISEPACK VISIOCLIENT'
            Get-Held $user.u3 | Should -Be 'FLOW_FREE'
            Get-SeatsUsed STANDARDPACK | Should -Be 0
            Get-SeatsUsed ENTERPRISEPACK | Should -Be 2
        }
    }

    Context 'A swap forgets which plans each user had switched off' -Tag 'Report49' {
        BeforeEach { $null = Connect-ReportTenant -Held @{ u1 = @{ skuPartNumber = 'SPE_E3'; disabledPlans = @('SWAY', 'KAIZALA_O365_P3') } } }

        It 'names the plan that the new product does not have' {
            $held = (Get-MgUser -UserId $user.u1 -Property AssignedLicenses).AssignedLicenses
            $test = Test-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = 'SPE_E5'; DisabledPlans = $held.DisabledPlans } -RemoveLicenses SPE_E3

            $test.WillSucceed | Should -BeFalse
            $test.Reasons.Plans | Should -Be 'KAIZALA_O365_P3'
            $test.Reasons.SkuPartNumber | Should -Be 'SPE_E5'
        }

        It 'keeps the others off in the same call' {
            $null = Set-MgUserLicense -UserId $user.u1 -AddLicenses @{ SkuId = $sku.SPE_E5; DisabledPlans = @($plan.SWAY) } -RemoveLicenses @($sku.SPE_E3)

            Get-Held $user.u1 | Should -Be 'SPE_E5'
            Get-PlanOff $user.u1 $sku.SPE_E5 | Should -Be $plan.SWAY
            Get-SeatsUsed SPE_E3 | Should -Be 0
        }
    }
}

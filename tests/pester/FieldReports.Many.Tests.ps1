# Public reports on work for many users at once. What the coverage file says of tags holds here.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'AnsweringShell.psm1')
    Import-TestModule
    $user = Get-ReportUser

    function Get-OffName {
        param([string] $User, [string] $Product)
        $sku = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ $Product
        $off = (Get-MgUser -UserId $User -Property AssignedLicenses).AssignedLicenses.Where({ $_.SkuId -eq $sku.SkuId }).DisabledPlans
        @($sku.ServicePlans.Where({ $_.ServicePlanId -in $off }).ServicePlanName | Sort-Object)
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Many users at once' {
    Context 'Plans switched off in one product are sent with another' -Tag 'Report33' {
        It 'turns one plan off and leaves the others, of this product and of the next, as they are' {
            $null = Connect-ReportTenant -Held @{ u1 = @{ skuPartNumber = 'SPE_E5'; disabledPlans = @('SWAY') }, @{ skuPartNumber = 'VISIOCLIENT'; disabledPlans = @('ONEDRIVE_BASIC') } }
            (Set-MgUserServicePlan -UserId $user.u1 -DisablePlan YAMMER_ENTERPRISE).Status | Should -Be 'Changed'
            Get-OffName $user.u1 SPE_E5 | Should -Be 'SWAY', 'YAMMER_ENTERPRISE'
            Get-OffName $user.u1 VISIOCLIENT | Should -Be 'ONEDRIVE_BASIC'
        }
    }

    Context 'Replacing one product strips users of their others' -Tag 'Report47' {
        It 'switches only the product that is named, and reports who had none of it' {
            $null = Connect-ReportTenant -Held @{ u1 = 'STANDARDPACK', 'FLOW_FREE'; u5 = 'STANDARDPACK', 'VISIOCLIENT'; u3 = 'FLOW_FREE' }
            $results = $user.u1, $user.u5, $user.u3 | Switch-MgUserLicense -From STANDARDPACK -To ENTERPRISEPACK | Sort-Object Row
            $results.Status | Should -Be 'Changed', 'Changed', 'Unchanged'
            $results[2].Notes | Should -Be 'The user had no STANDARDPACK.'
            Get-Held $user.u1 | Should -Be 'ENTERPRISEPACK FLOW_FREE'
            Get-Held $user.u5 | Should -Be 'ENTERPRISEPACK VISIOCLIENT'
            Get-Held $user.u3 | Should -Be 'FLOW_FREE'
        }
    }

    Context 'A swap forgets which plans each user had switched off' -Tag 'Report49' {
        BeforeEach { $null = Connect-ReportTenant -Held @{ u1 = @{ skuPartNumber = 'SPE_E3'; disabledPlans = @('SWAY', 'KAIZALA_O365_P3') } } }

        It 'keeps off what was off, and names what the new product does not hold' {
            $result = Switch-MgUserLicense -UserId $user.u1 -From SPE_E3 -To SPE_E5
            Get-OffName $user.u1 SPE_E5 | Should -Be 'SWAY'
            $result.Notes | Should -Be 'KAIZALA_O365_P3 was off; SPE_E5 does not hold it.'
        }

        It 'starts off what only the new product holds, where that is asked for' {
            $null = Switch-MgUserLicense -UserId $user.u1 -From SPE_E3 -To SPE_E5 -NewPlansOff
            Get-OffName $user.u1 SPE_E5 | Should -Contain 'THREAT_INTELLIGENCE'
        }
    }

    Context 'A removal costs the user a mailbox' -Tag 'Report51' {
        BeforeAll { $person = New-AnsweringShell -Module (Get-TestModulePath) }
        AfterAll { $person.Runspace.Dispose() }

        It 'asks before the last plan for mail goes, shows it with -WhatIf, and goes on when it is told to' {
            $null = Connect-ReportTenant -Held @{ u1 = 'ENTERPRISEPACK', 'EXCHANGEENTERPRISE' }
            $person.UI.Questions.Clear()
            $null = Invoke-AnsweringShell $person "'$($user.u1)' | Set-MgUserLicense -RemoveLicenses EXCHANGEENTERPRISE"
            $person.UI.Questions | Should -BeNullOrEmpty
            Get-Held $user.u1 | Should -Be 'ENTERPRISEPACK'

            $person.UI.Text.Clear()
            $null = Invoke-AnsweringShell $person "'$($user.u1)' | Set-MgUserLicense -RemoveLicenses ENTERPRISEPACK -WhatIf"
            $person.UI.Text -match 'last Exchange plan' | Should -Not -BeNullOrEmpty
            $person.UI.Answer = 1
            $null = Invoke-AnsweringShell $person "'$($user.u1)' | Set-MgUserLicense -RemoveLicenses ENTERPRISEPACK -ErrorAction SilentlyContinue"
            $person.UI.Questions[0] | Should -Match 'last Exchange plan'
            Get-Held $user.u1 | Should -Be 'ENTERPRISEPACK'

            $null = Invoke-AnsweringShell $person "'$($user.u1)' | Set-MgUserLicense -RemoveLicenses ENTERPRISEPACK -Force"
            Get-Held $user.u1 | Should -Be ''
        }
    }
}

# Default views of MgLicense's own objects. A column is a property, or a label with a script; see generator/views.ps1.
@{
    'MgLicense.AssignmentResult'   = @{
        Columns = @(
            @{ Property = 'Row'; Alignment = 'Right' }
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId' }
            @{ Property = 'Status' }
            @{ Property = 'Added' }
            @{ Property = 'Removed' }
            @{ Label = 'Plans'; Script = '$_.PlanChanges' }
            @{ Label = 'Location'; Script = 'if ($_.UsageLocationAfter -ne $_.UsageLocationBefore) { "$($_.UsageLocationBefore) -> $($_.UsageLocationAfter)".TrimStart() } else { $_.UsageLocationAfter }' }
            @{ Property = 'Error' }
        )
    }
    'MgLicense.CompatibilityModule' = @{
        Columns = @(
            @{ Property = 'Name' }
            @{ Property = 'AnsweredBy' }
            @{ Property = 'InstalledVersion' }
            @{ Property = 'InstalledAt' }
        )
    }
    'MgLicense.LicenseError'       = @{
        Columns = @(
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId' }
            @{ Label = 'Product'; Script = '$_.SkuPartNumber ?? $_.SkuId' }
            @{ Label = 'Group'; Script = '$_.GroupName ?? $_.GroupId' }
            @{ Property = 'Error' }
            @{ Property = 'Message' }
        )
    }
    'MgLicense.LicenseRepair'      = @{
        Columns = @(
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId' }
            @{ Property = 'Status' }
            @{ Property = 'Errors' }
            @{ Property = 'Message' }
        )
    }
    'MgLicense.GroupLicenseTest'   = @{
        Columns = @(
            @{ Label = 'Group'; Script = '$_.GroupName ?? $_.GroupId' }
            @{ Property = 'WillSucceed' }
            @{ Property = 'Members'; Alignment = 'Right' }
            @{ Property = 'WouldGet'; Alignment = 'Right' }
            @{ Property = 'Waiting'; Alignment = 'Right' }
            @{ Property = 'Conflicting'; Alignment = 'Right' }
            @{ Property = 'WithoutLocation'; Alignment = 'Right' }
            @{ Property = 'Guests'; Alignment = 'Right' }
        )
    }
    'MgLicense.GroupLicenseSwitch' = @{
        Columns = @(
            @{ Label = 'Group'; Script = '$_.GroupName ?? $_.GroupId' }
            @{ Property = 'Status' }
            @{ Property = 'Removed' }
            @{ Property = 'Added' }
            @{ Property = 'Members'; Alignment = 'Right' }
            @{ Property = 'LostPlans' }
        )
    }
    'MgLicense.LicenseTest'        = @{
        Columns = @(
            @{ Label = 'User'; Script = '$_.UserPrincipalName ?? $_.UserId' }
            @{ Property = 'WillSucceed' }
            @{ Property = 'Change' }
            @{ Property = 'Reasons' }
        )
    }
    'MgLicense.LicenseTestSummary' = @{
        Columns = @(
            @{ Property = 'Rows'; Alignment = 'Right' }
            @{ Property = 'Users'; Alignment = 'Right' }
            @{ Property = 'ToChange'; Alignment = 'Right' }
            @{ Property = 'Unchanged'; Alignment = 'Right' }
            @{ Property = 'Blocked'; Alignment = 'Right' }
            @{ Property = 'Short'; Alignment = 'Right' }
            @{ Property = 'AtRisk'; Alignment = 'Right' }
            @{ Property = 'Seats' }
        )
    }
    'MgLicense.LicenseRun'         = @{
        Columns = @(
            @{ Property = 'Id' }
            @{ Property = 'Command' }
            @{ Property = 'State' }
            @{ Property = 'Started' }
            @{ Property = 'Rows'; Alignment = 'Right' }
            @{ Property = 'Changed'; Alignment = 'Right' }
            @{ Property = 'Unchanged'; Alignment = 'Right' }
            @{ Property = 'Failed'; Alignment = 'Right' }
            @{ Label = 'Open'; Script = '$_.NotStarted + $_.OutcomeUnknown'; Alignment = 'Right' }
        )
    }
    'MgLicense.SeatLine'           = @{
        Columns = @(
            @{ Property = 'SkuPartNumber' }
            @{ Property = 'Owned'; Alignment = 'Right' }
            @{ Property = 'Before'; Alignment = 'Right' }
            @{ Property = 'Freed'; Alignment = 'Right' }
            @{ Property = 'Taken'; Alignment = 'Right' }
            @{ Property = 'After'; Alignment = 'Right' }
            @{ Property = 'Short'; Alignment = 'Right' }
        )
    }
    'MgLicense.LicenseTestReason'  = @{
        Columns = @(
            @{ Property = 'Certainty' }
            @{ Property = 'Code' }
            @{ Property = 'Message' }
            @{ Property = 'Action' }
        )
    }
    'MgLicense.LocalTenant'        = @{
        Columns = @(
            @{ Property = 'DisplayName' }
            @{ Property = 'DefaultDomain' }
            @{ Property = 'Users'; Alignment = 'Right' }
            @{ Property = 'Groups'; Alignment = 'Right' }
            @{ Property = 'Skus'; Alignment = 'Right' }
            @{ Property = 'Clock' }
            @{ Property = 'Path' }
        )
    }
    'MgLicense.LocalTenantRequest' = @{
        Columns = @(
            @{ Property = 'Index'; Alignment = 'Right' }
            @{ Property = 'At' }
            @{ Property = 'Method' }
            @{ Property = 'Path' }
            @{ Property = 'Status'; Alignment = 'Right' }
            @{ Property = 'Body' }
        )
    }
    'MgLicense.LocalTenantStep'    = @{
        Columns = @(
            @{ Property = 'Clock' }
            @{ Property = 'Members'; Alignment = 'Right' }
            @{ Property = 'IsDue' }
            @{ Property = 'Next' }
        )
    }
    'MgLicense.LocalTenantServer'  = @{
        Columns = @(
            @{ Property = 'Uri' }
            @{ Property = 'TenantId' }
            @{ Property = 'ClientId' }
            @{ Property = 'Path' }
        )
    }
}
